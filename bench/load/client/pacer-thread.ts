/** The thread of {@link Pacer}: sleeps until requests are due, and says so. */
import { parentPort } from 'node:worker_threads';
import { seededRandom } from '../../stats/random.ts';
import type { PacerNews, PacerOrder } from './pacer.ts';

const sleeper = new Int32Array(new SharedArrayBuffer(4));
const now = () => performance.timeOrigin + performance.now();

parentPort!.on('message', ({ begin, ms, rate, seed }: PacerOrder) => {
  const random = seededRandom(seed);
  const gap = () => (-Math.log(1 - random()) * 1000) / rate;
  const end = begin + ms;
  for (let due = begin + gap(); due < end; ) {
    const wait = due - now();
    if (wait > 0) Atomics.wait(sleeper, 0, 0, wait);
    const dues: number[] = [];
    for (const at = now(); due <= at && due < end; due += gap()) dues.push(due);
    if (dues.length > 0) tell(Float64Array.from(dues));
  }
  tell(null);
});

function tell(news: PacerNews): void {
  parentPort!.postMessage(news);
}
