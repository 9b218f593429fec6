/**
 * A load thread that does what the path of its job says, so that tests can stage what a real one
 * does only by accident:
 *
 * - `hold:…` says `begun:` and its path on the channel {@link Stage} and ends when it hears `go:`.
 * - `exit`, `throw`, `heap`: the thread ends by `process.exit`, an uncaught error, a full heap.
 * - `done-and-exit:<folder>` loads the model in this folder, posts the result, and ends at once.
 * - Any other path is loaded as in a real thread.
 */
import { BroadcastChannel, MessageChannel, parentPort, workerData } from 'node:worker_threads';
import { openLoadEngine } from '../../engines/index.ts';
import { PortLogger, ThreadMetrics } from '../../telemetry/index.ts';
import { handlerOf } from '../job-handlers.ts';
import type { Job, ThreadData, ThreadOpening, ThreadReply, ThreadRequest } from '../protocol.ts';
import { serveJobs } from '../serve-jobs.ts';
import { stageName } from './stage.ts';

const port = parentPort!;
const data = workerData as ThreadData;
let opening: ThreadOpening | null = null;
const post = (reply: ThreadReply) => port.postMessage(reply);

async function hold(path: string): Promise<void> {
  const stage = new BroadcastChannel(stageName);
  await new Promise<void>((resolve) => {
    stage.onmessage = (event) => {
      if ((event as { readonly data: unknown }).data === `go:${path}`) resolve();
    };
    stage.postMessage(`begun:${path}`);
  });
  stage.close();
  const shared = { engine: 'none', signatures: [], native: {} };
  post({
    kind: 'done',
    result: { shared, signatureDefMap: new Uint8Array(), warmup: null },
  });
}

/** In small steps: Node.js can end a thread only if it comes to run before the heap is really full. */
function fillHeap(hoard: unknown[] = []): void {
  for (let i = 0; i < 50; i++) hoard.push(new Array(1000).fill(i));
  setImmediate(fillHeap, hoard);
}

async function loadAndDie(job: Job, folder: string): Promise<never> {
  const { engine: shared, lowPriority } = opening!;
  const logger = new PortLogger(port, data.logLevel);
  const engine = await openLoadEngine(shared, logger);
  const metrics = new ThreadMetrics((cell) => post({ kind: 'cell', cell }));
  const side = { engine, lowPriority, metrics, logger };
  post({ kind: 'done', result: await handlerOf(job).do({ ...job, path: folder }, side) });
  process.exit(4);
}

/** @returns whether the job was one to stage. */
function stage(job: Job): boolean {
  const [act, folder = ''] = job.path.split(':');
  if (act === 'hold') void hold(job.path);
  else if (act === 'exit') process.exit(3);
  else if (act === 'throw') throw new TypeError('staged');
  else if (act === 'heap') fillHeap();
  else if (act === 'done-and-exit') void loadAndDie(job, folder);
  else return false;
  return true;
}

const { port1: inner, port2: outer } = new MessageChannel();
serveJobs(inner, data);
outer.on('message', (reply: ThreadReply) => post(reply));
outer.on('close', () => port.close());
port.on('message', (request: ThreadRequest) => {
  if (request.kind === 'open') opening = request.opening;
  if (request.kind !== 'job' || !stage(request.job)) outer.postMessage(request);
});
