/**
 * A thread that has tasks run in slots that it shares with others, and reports what it saw. It gives back
 * what is granted to it until a message ends it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../../util/index.ts';
import { RunSlots } from '../run-slots.ts';
import { SlotPool } from '../slot-pool.ts';

export interface SlotThreadData {
  readonly pool: SharedArrayBuffer;
  readonly row: number;
  /** Tasks that have a slot, of all threads; then the most that there were. */
  readonly busy: SharedArrayBuffer;
  readonly tasks: number;
  readonly maxQueued: number;
}

export interface SlotThreadReport {
  readonly started: number;
  readonly refused: number;
  readonly most: number;
}

const { pool, row, busy, tasks, maxQueued } = workerData as SlotThreadData;
const words = new Int32Array(busy);
const slots = new RunSlots({ pool: new SlotPool(pool), row, maxQueued, clock: systemClock });
let started = 0;
let refused = 0;
let most = 0;
// This keeps the thread: waiting for a slot alone does not.
parentPort!.once('message', () => slots.close());

function ended(): void {
  if (started + refused < tasks) return;
  parentPort!.postMessage({ started, refused, most } satisfies SlotThreadReport);
}

function submit(left: number): void {
  slots.submit({
    deadline: Number.POSITIVE_INFINITY,
    signal: null,
    start() {
      most = Math.max(most, Atomics.add(words, 0, 1) + 1);
      setImmediate(() => {
        Atomics.sub(words, 0, 1);
        started++;
        slots.release();
        ended();
      });
    },
    refuse() {
      refused++;
      ended();
    },
  });
  if (left > 1) {
    // Some at once, some later.
    if (left % 7 === 0) setImmediate(submit, left - 1);
    else submit(left - 1);
  }
}

// All begin together.
Atomics.add(words, 1, 1);
Atomics.notify(words, 1);
while (Atomics.load(words, 1) < 3) Atomics.wait(words, 1, Atomics.load(words, 1), 1000);
submit(tasks);
