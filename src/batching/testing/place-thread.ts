/**
 * A thread that makes runs past the queue of another one: one in each round, at some moment of it, unless it may not.
 * Ends when the rounds have.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { randomFrom } from '../../util/testing/random.ts';
import { Bypass, PlacePool } from '../index.ts';
import { inShared } from './place-words.ts';

export interface PlaceThreadData {
  readonly row: number;
  readonly places: SharedArrayBuffer;
  readonly bypass: SharedArrayBuffer;
  /** Words as in {@link inShared}. */
  readonly shared: SharedArrayBuffer;
  readonly rounds: number;
}

export interface PlaceThreadReport {
  readonly runs: number;
  /** Runs under way at once, at most. */
  readonly most: number;
}

const data = workerData as PlaceThreadData;
const { row, rounds } = data;
const pool = new PlacePool(data.places);
const bypass = new Bypass(data.bypass);
const shared = new Int32Array(data.shared);
const random = randomFrom(row);
let runs = 0;
let most = 0;

function spin(most: number): void {
  for (let left = Math.floor(most * random()); left > 0; left--) Atomics.load(shared, 0);
}

function tryRun(): void {
  if (pool.isLacking) return;
  if (bypass.tryEnter(row, 1)) {
    if (pool.tryTake(row)) {
      most = Math.max(most, Atomics.add(shared, inShared.busy, 1) + 1);
      runs++;
      spin(2000);
      Atomics.sub(shared, inShared.busy, 1);
      bypass.leave(row, 1);
      pool.giveBack(row);
      return;
    }
    bypass.leave(row, 1);
  }
  pool.wake();
}

for (let round = 1; round <= rounds; round++) {
  while (Atomics.load(shared, inShared.round) < round) {
    Atomics.wait(shared, inShared.round, round - 1);
  }
  spin(2000);
  tryRun();
  Atomics.add(shared, inShared.done, 1);
  Atomics.notify(shared, inShared.done);
}
parentPort!.postMessage({ runs, most } satisfies PlaceThreadReport);
