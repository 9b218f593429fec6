/**
 * A program, or a worker of one, that loads a model and runs it. How it ends is its argument:
 *
 * - `natural`: it closes nothing and lets the event loop run dry.
 * - `close`: it closes model and engine, then the same.
 * - `exit`: `process.exit(0)` while a run is under way.
 * - `signal`: it prints `ran` and waits for SIGTERM, whose handler lets the event loop run dry.
 */
import { workerData } from 'node:worker_threads';
import {
  floats,
  loadZooModel,
  openTestEngine,
  signatureOf,
  unlimited,
} from '../../testing/tensorflow.ts';

const ending = (workerData as string | null) ?? process.argv[2];
const engine = await openTestEngine();
const model = await loadZooModel(engine, 'tfserving/saved_model_half_plus_two_cpu/00000123');

for (let i = 0; i < 20; i++) {
  const scope = model.openScope();
  await model.run(scope, signatureOf(model), [floats([1], [i])], null, unlimited);
  scope.close();
}

if (ending === 'close') {
  await model.close();
  await engine.close();
} else if (ending === 'exit') {
  void model.run(model.openScope(), signatureOf(model), [floats([2], [1, 2])], null, unlimited);
  process.exit(0);
} else if (ending === 'signal') {
  const alive = setInterval(() => undefined, 1000);
  process.once('SIGTERM', () => clearInterval(alive));
  console.log('ran');
}
