/** The entry of a load thread. Its priority is lowered before anything else is even imported. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData, ThreadReply } from './protocol.ts';

const data = workerData as ThreadData;
const problem = data.lowPriority ? lowerPriority() : null;
if (problem !== null) {
  parentPort?.postMessage({ kind: 'normal-priority', reason: problem } satisfies ThreadReply);
}
const { serveJobs } = await import('./serve-jobs.ts');
if (parentPort !== null) serveJobs(parentPort, data);

/** @returns why it could not be done; null: it was. */
function lowerPriority(): string | null {
  // Linux alone has a nice value for each thread, and by 0 means the calling one; elsewhere it
  // would be the whole process.
  if (process.platform !== 'linux') return `threads of ${process.platform} have no nice value`;
  try {
    setPriority(0, 19);
    return null;
  } catch (error) {
    return String(error);
  }
}
