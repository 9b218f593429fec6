/** The thread of `Pacer`: sleeps until requests are due, and says so. */
import { parentPort } from 'node:worker_threads';
import { seededRandom } from '../util/index.ts';
import type { PacerNews, PacerOrder } from './pacer.ts';
import { poissonGaps } from './poisson.ts';

const sleeper = new Int32Array(new SharedArrayBuffer(4));
const now = () => performance.timeOrigin + performance.now();

parentPort!.on('message', ({ begin, ms, rate, seed }: PacerOrder) => {
  const gap = poissonGaps(rate, seededRandom(seed));
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
