import type { Clock } from '../util/index.ts';
import { ownRow, PlacePool } from './place-pool.ts';

/** A queue as its scheduler sees it. Not to be changed while the scheduler is asked for the time. */
export interface ScheduledQueue {
  /** Whether nothing waits. */
  readonly isEmpty: boolean;
  /** No later than the first deadline of a task that waits; Infinity: there is none. */
  readonly firstDeadline: number;
  /** When its first batch may run: −Infinity at once, Infinity where nothing waits, or not before a run has ended. */
  readyAt(): number;
  /** Refuses the tasks whose deadline has passed. */
  expire(now: number): void;
  /** Takes the first batch, which is ready, out of the queue. What is returned runs it, and never rejects. */
  take(): () => Promise<unknown>;
}

export interface BatchSchedulerOptions {
  /** Batches that may run at once, at least 1. */
  readonly places: number;
  /** Threads at most that take places, the scheduler's own included, which has row 0. Default 1. */
  readonly rows?: number;
  /** Runs of other threads at most that may wait in the engine, beyond those that have places. Default 0. */
  readonly surplus?: number;
  readonly clock: Clock;
  /** Calls `work` soon, after what is under way; default: at the end of this turn of the event loop. */
  readonly defer?: (work: () => void) => void;
}

/** How long batches are begun for in one go, in ms: their inputs are gathered on this thread. */
const sliceMs = 1;

/**
 * Runs the batches of any number of queues in a bounded number of places. Belongs to one thread.
 *
 * 1. At most `places` batches run at once, besides surplus ones of other threads, and no place is idle while a batch is ready, but for the
 *    rest of the turn of the event loop in which it became so: requests that came together run together.
 * 2. Queues take turns: of those with a ready batch, the one that has waited longest for its turn is next.
 * 3. A queue that has nothing waiting costs nothing.
 * 4. Other threads may take places for runs of their own ({@link PlacePool}), as far as none of its queues lacks
 *    one. What they give back wakes it while a batch waits for that.
 */
export class BatchScheduler {
  /** For other threads to take places from. */
  readonly pool: PlacePool;
  #surplus: number;
  readonly #clock: Clock;
  readonly #defer: (work: () => void) => void;
  /** Those in which something waits, the next one to have its turn first. */
  readonly #active = new Set<ScheduledQueue>();
  #isDue = false;
  #isFlushing = false;
  #isClosed = false;
  /** Whether it will be woken by what other threads give back. */
  #isListening = false;
  /** The sleep until something of a queue is due. */
  #watch: { readonly until: number; readonly controller: AbortController } | null = null;

  constructor(options: BatchSchedulerOptions) {
    const { places, rows = 1, surplus = 0, clock, defer = setImmediate } = options;
    this.pool = PlacePool.create(places, rows);
    this.#surplus = surplus;
    this.#clock = clock;
    this.#defer = defer;
  }

  /** Batches that may run at once. */
  get places(): number {
    return this.pool.limit;
  }

  /** Runs of other threads at most that may wait in the engine, beyond those that have places. */
  get surplus(): number {
    return this.#surplus;
  }

  /** Batches that run, those of other threads included. */
  get running(): number {
    return this.pool.taken;
  }

  /**
   * From now on so many batches may run at once, at least 1. Those that run are not stopped: where they are more, none
   * begins before enough have ended.
   */
  resize(places: number, surplus = 0): void {
    this.pool.limit = places;
    this.#surplus = surplus;
    this.#schedule();
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

  /** A thread that took places has ended, and so have its runs: what it had is given back. */
  threadEnded(row: number): void {
    this.pool.clearRow(row);
    this.#schedule();
  }

  /** Ends its watch for deadlines and places. Nothing may wait any more, and nothing may be added. */
  close(): void {
    this.#isClosed = true;
    this.#stopWatching();
    this.pool.close();
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
    if (!this.pool.isShared) this.#begin(began);
    else if (this.#active.size > 0) this.#beginAll(began, this.pool.ask());
    else this.pool.askFor('nothing');
    this.#watchForNext(began);
  }

  /** Begins what can be, and lets itself be woken by other threads where that is what the rest waits for. */
  #beginAll(now: number, signal: number): void {
    const lacksPlace = !this.#begin(now);
    const isBlocked = lacksPlace || this.#awaitsRuns(now);
    this.pool.askFor(lacksPlace ? 'place' : isBlocked ? 'change' : 'nothing');
    if (!isBlocked || this.#isListening) return;
    this.#isListening = true;
    void this.pool.given(signal).then(() => {
      this.#isListening = false;
      if (!this.#isClosed) this.#schedule();
    });
  }

  /** Begins batches that are ready, as far as there are places. @returns false: one more lacks a place */
  #begin(began: number): boolean {
    for (;;) {
      const queue = this.#next(began);
      if (queue === null) return true;
      if (!this.pool.tryTake(ownRow)) return false;
      this.#run(queue);
      if (this.#clock.now() - began < sliceMs) continue;
      this.#schedule();
      return true;
    }
  }

  /**
   * Whether something waits for the end of a run, and not for a time. Runs of other threads may have ended since the scheduler
   * looked for what is ready: what has become so then waits for the wake-up that follows.
   */
  #awaitsRuns(now: number): boolean {
    for (const queue of this.#active) {
      if (queue.isEmpty) continue;
      const readyAt = queue.readyAt();
      if (readyAt === Number.POSITIVE_INFINITY || readyAt <= now) return true;
    }
    return false;
  }

  /** The queue whose turn it is; null: no batch is ready. */
  #next(now: number): ScheduledQueue | null {
    for (const queue of this.#active) {
      if (queue.readyAt() <= now || (this.#isFlushing && !queue.isEmpty)) return queue;
    }
    return null;
  }

  #run(queue: ScheduledQueue): void {
    const run = queue.take();
    this.#active.delete(queue);
    if (!queue.isEmpty) this.#active.add(queue);
    void run().then(() => {
      this.pool.giveBack(ownRow);
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
