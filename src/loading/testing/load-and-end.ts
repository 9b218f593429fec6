/**
 * A program that loads models on load threads. How it ends is its argument:
 *
 * - `natural`: a thread idles, nothing is closed, and the event loop runs dry.
 * - `close`: it closes everything, then the same.
 * - `stop-at-once`: it closes the threads while a job has just begun.
 * - `exit`: `endProcess(7)` while a native load that never returns is under way in a thread; the
 *   second argument is the folder of the model.
 */
import { endProcess } from '../../engines/index.ts';
import {
  floats,
  openTestEngine,
  signatureOf,
  unlimited,
  zooPath,
} from '../../engines/testing/tensorflow.ts';
import { MetricRegistry } from '../../telemetry/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { LoadThreads } from '../load-threads.ts';

const [, , ending, folder = ''] = process.argv;
const tags = ['serve'];
const warmup = null;
const engine = await openTestEngine();
const threads = new LoadThreads({
  maxThreads: 2,
  idleMs: 60_000,
  maxHeapMb: 256,
  logger: new MemoryLogger(),
  metrics: new MetricRegistry([]),
});
threads.open(engine.share());
const halfPlusTwo = zooPath('tfserving/saved_model_half_plus_two_cpu/00000123');
const model = engine.adopt((await threads.load({ path: halfPlusTwo, tags, warmup })).shared);
const scope = model.openScope();
await model.run(scope, signatureOf(model), [floats([1], [1])], null, unlimited);
scope.close();

if (ending === 'close') {
  await threads.close();
  await model.close();
  await engine.close();
} else if (ending === 'stop-at-once') {
  const loading = threads.load({ path: halfPlusTwo, tags, warmup });
  const closing = threads.close();
  await engine.adopt((await loading).shared).close();
  await closing;
} else if (ending === 'exit') {
  void threads.load({ path: folder, tags, warmup });
  console.log('loading');
  process.stdin.once('data', () => endProcess(7));
}
