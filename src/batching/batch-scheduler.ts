import type { Clock } from '../util/index.ts';

/** A queue as its scheduler sees it. Not to be changed while the scheduler is asked for the time. */
export interface ScheduledQueue {
  /** Whether nothing waits. */
  readonly isEmpty: boolean;
  /** No later than the first deadline of a task that waits; Infinity: there is none. */
  readonly firstDeadline: number;
  /** When its first batch may run: −Infinity at once, Infinity where nothing waits. */
  readyAt(): number;
  /** Refuses the tasks whose deadline has passed. */
  expire(now: number): void;
  /** Takes the first batch, which is ready, out of the queue. What is returned runs it, and never rejects. */
  take(): () => Promise<unknown>;
}

export interface BatchSchedulerOptions {
  /** Batches that may run at once, at least 1. */
  readonly places: number;
  readonly clock: Clock;
  /** Calls `work` soon, after what is under way; default: at the end of this turn of the event loop. */
  readonly defer?: (work: () => void) => void;
}

/** How long batches are begun for in one go, in ms: their inputs are gathered on this thread. */
const sliceMs = 1;

/**
 * Runs the batches of any number of queues in a bounded number of places. Belongs to one thread.
 *
 * 1. At most `places` batches run at once, and no place is idle while a batch is ready, but for the
 *    rest of the turn of the event loop in which it became so: requests that came together run together.
 * 2. Queues take turns: of those with a ready batch, the one that has waited longest for its turn is next.
 * 3. A queue that has nothing waiting costs nothing.
 */
export class BatchScheduler {
  readonly #places: number;
  readonly #clock: Clock;
  readonly #defer: (work: () => void) => void;
  /** Those in which something waits, the next one to have its turn first. */
  readonly #active = new Set<ScheduledQueue>();
  #running = 0;
  #isDue = false;
  #isFlushing = false;
  /** The sleep until something of a queue is due. */
  #watch: { readonly until: number; readonly controller: AbortController } | null = null;

  constructor({ places, clock, defer = setImmediate }: BatchSchedulerOptions) {
    this.#places = places;
    this.#clock = clock;
    this.#defer = defer;
  }

  /** Batches that may run at once. */
  get places(): number {
    return this.#places;
  }

  /** Batches that run. */
  get running(): number {
    return this.#running;
  }

  now(): number {
    return this.#clock.now();
  }

  /** A queue has more to do than before. */
  changed(queue: ScheduledQueue): void {
    this.#active.add(queue);
    this.#schedule();
  }

  /** From now on no batch waits for more: the requests that come are the last ones. */
  flush(): void {
    this.#isFlushing = true;
    this.#schedule();
  }

  /** Ends its watch for deadlines. Nothing may wait any more, and nothing may be added. */
  close(): void {
    this.#stopWatching();
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#defer(() => {
      this.#isDue = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    const began = this.#clock.now();
    for (const queue of this.#active) {
      queue.expire(began);
      if (queue.isEmpty) this.#active.delete(queue);
    }
    while (this.#running < this.#places) {
      const queue = this.#next(began);
      if (queue === null) break;
      this.#begin(queue);
      if (this.#clock.now() - began < sliceMs) continue;
      this.#schedule();
      break;
    }
    this.#watchForNext(began);
  }

  /** The queue whose turn it is; null: no batch is ready. */
  #next(now: number): ScheduledQueue | null {
    for (const queue of this.#active) {
      if (queue.readyAt() <= now || (this.#isFlushing && !queue.isEmpty)) return queue;
    }
    return null;
  }

  #begin(queue: ScheduledQueue): void {
    const run = queue.take();
    this.#active.delete(queue);
    if (!queue.isEmpty) this.#active.add(queue);
    this.#running++;
    void run().then(() => {
      this.#running--;
      this.#schedule();
    });
  }

  #watchForNext(now: number): void {
    let next = Number.POSITIVE_INFINITY;
    for (const queue of this.#active) {
      next = Math.min(next, queue.firstDeadline);
      // A batch that is ready waits for a place, which wakes this by itself.
      const readyAt = queue.readyAt();
      if (readyAt > now) next = Math.min(next, readyAt);
    }
    if (next < (this.#watch?.until ?? Number.POSITIVE_INFINITY)) this.#watchUntil(next);
  }

  #watchUntil(until: number): void {
    this.#stopWatching();
    const controller = new AbortController();
    this.#watch = { until, controller };
    this.#clock.sleep(until - this.#clock.now(), controller.signal).then(
      () => {
        this.#watch = null;
        this.#schedule();
      },
      () => {
        // Only `#stopWatching` ends the sleep early.
      },
    );
  }

  #stopWatching(): void {
    this.#watch?.controller.abort();
    this.#watch = null;
  }
}
