/** The entry of a load thread. Its priority is lowered, if it is to be, before the rest is even imported. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { lowerPriority } from './lower-priority.ts';
import type { ThreadData, ThreadReply } from './protocol.ts';

const data = workerData as ThreadData;
const problem = data.lowPriority ? lowerPriority() : null;
if (problem !== null) {
  parentPort?.postMessage({ kind: 'normal-priority', reason: problem } satisfies ThreadReply);
}
if (data.compileCache !== null) enableCompileCache(data.compileCache);
const { serveJobs } = await import('./serve-jobs.ts');
if (parentPort !== null) serveJobs(parentPort, data);
