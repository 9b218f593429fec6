/** A thread that takes and gives back a handle of one slot when it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { HandleCounts } from '../handle-counts.ts';

const { buffer, row, slot } = workerData as {
  readonly buffer: SharedArrayBuffer;
  readonly row: number;
  readonly slot: number;
};
const counts = new HandleCounts(buffer);

parentPort!.on('message', (message: 'acquire' | 'release') => {
  if (message === 'acquire') {
    counts.acquire(row, slot);
    parentPort!.postMessage('held');
  } else {
    counts.release(row, slot);
  }
});
