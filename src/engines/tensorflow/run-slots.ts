import { cancelled, deadlineExceeded, type StatusError, unavailable } from '../../status/index.ts';
import type { Clock } from '../../util/index.ts';
import type { SlotPool } from './slot-pool.ts';

/** What waits for a slot, or has one. Exactly one of `start` and `refuse` is called, once. */
export interface SlotTask {
  /** Absolute time on the clock; Infinity: none. */
  readonly deadline: number;
  readonly signal: AbortSignal | null;
  /** The slot is the task's: it calls {@link RunSlots.release} when it is done. Must not throw. */
  start(): void;
  /** The task never starts. */
  refuse(error: StatusError): void;
}

/** A waiting task, in a doubly linked list so that one that gives up leaves at once. */
interface Waiting {
  readonly task: SlotTask;
  readonly onAbort: (() => void) | null;
  previous: Waiting | null;
  next: Waiting | null;
}

/** The text of TensorFlow for a run whose time is up, before it began or after. */
export const deadlineText = 'Timed out waiting for notification';
export const cancelledText = 'The request was cancelled';

/**
 * Bounds how many runs are off the event loops of all threads at once, and how many wait for that;
 * those of one thread first come, first served.
 *
 * 1. A task starts in the call that submits it when a slot is free.
 * 2. A task whose deadline passes while it waits is refused with DEADLINE_EXCEEDED, one whose
 *    signal is aborted with CANCELLED; neither ever starts.
 * 3. With `maxQueued` tasks waiting, one more is refused with UNAVAILABLE.
 *
 * The longest wait is that of `maxQueued / slots` runs.
 */
export class RunSlots {
  readonly #clock: Clock;
  readonly #pool: SlotPool;
  readonly #row: number;
  readonly #maxQueued: number;
  /** Tasks of this thread that wait. */
  #queued = 0;
  #isClosed = false;
  #first: Waiting | null = null;
  #last: Waiting | null = null;
  /** The sleep until the earliest deadline among the waiting, as far as it is known. */
  #watch: { readonly until: number; readonly controller: AbortController } | null = null;

  constructor(options: {
    readonly pool: SlotPool;
    /** Of this thread in the pool. */
    readonly row: number;
    /** Tasks of all threads that may wait. */
    readonly maxQueued: number;
    readonly clock: Clock;
  }) {
    this.#pool = options.pool;
    this.#row = options.row;
    this.#maxQueued = options.maxQueued;
    this.#clock = options.clock;
    if (this.#pool.isShared) void this.#useGrants();
  }

  /** Slots in use, by all threads. */
  get running(): number {
    return this.#pool.running;
  }

  /** Tasks that wait, of all threads. */
  get queued(): number {
    return this.#pool.waiting;
  }

  /** Starts the task now or later, or refuses it. */
  submit(task: SlotTask): void {
    if (this.#refuseIfLate(task)) return;
    if (this.#queued === 0 && this.#pool.tryTake(this.#row)) {
      task.start();
    } else if (this.queued >= this.#maxQueued) {
      task.refuse(
        unavailable(
          `The engine is busy: ${this.running} runs are going on and ${this.queued} wait, the most allowed`,
        ),
      );
    } else {
      this.#append(task);
      // A slot may have become free before anybody could see that this task waits.
      if (this.#pool.tryTake(this.#row)) this.release();
    }
  }

  /** Gives a slot back, to the first in the queue that still wants it or to another thread. */
  release(): void {
    this.#refuseLate();
    if (this.#pool.giveBack(this.#row, this.#queued > 0)) this.#startFirst();
  }

  /** Starts the first in the queue, which is not late. */
  #startFirst(): void {
    const first = this.#first!;
    this.#remove(first);
    first.task.start();
  }

  /** Refuses those at the head of the queue that are late. */
  #refuseLate(): void {
    for (let waiting = this.#first; waiting !== null; waiting = this.#first) {
      if (!this.#isLate(waiting.task)) return;
      this.#remove(waiting);
      this.#refuseIfLate(waiting.task);
    }
  }

  /**
   * Uses the slots that other threads pass on, or gives them back: one may come for a task that has had
   * its turn meanwhile.
   */
  async #useGrants(): Promise<void> {
    while (!this.#isClosed) {
      await this.#pool.granted(this.#row);
      for (let grants = this.#pool.takeGrants(this.#row); grants > 0; grants--) {
        this.#refuseLate();
        if (this.#queued > 0) this.#startFirst();
        else this.#pool.giveBack(this.#row, false);
      }
    }
  }

  #isLate({ signal, deadline }: SlotTask): boolean {
    return signal?.aborted === true || deadline <= this.#clock.now();
  }

  /** Takes no slots from other threads any more. Nothing may wait or have a slot. */
  close(): void {
    this.#isClosed = true;
    this.#pool.wake(this.#row);
  }

  #refuseIfLate(task: SlotTask): boolean {
    if (task.signal?.aborted) {
      task.refuse(cancelled(cancelledText));
      return true;
    }
    if (task.deadline <= this.#clock.now()) {
      task.refuse(deadlineExceeded(deadlineText));
      return true;
    }
    return false;
  }

  #append(task: SlotTask): void {
    const { signal, deadline } = task;
    const onAbort = signal === null ? null : () => this.#giveUp(waiting, cancelled(cancelledText));
    const waiting: Waiting = { task, onAbort, previous: this.#last, next: null };
    if (onAbort !== null) signal!.addEventListener('abort', onAbort);
    if (this.#last === null) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
    this.#queued++;
    this.#pool.beginWaiting(this.#row);
    if (deadline < (this.#watch?.until ?? Number.POSITIVE_INFINITY)) this.#watchUntil(deadline);
  }

  #remove(waiting: Waiting): void {
    const { previous, next, task, onAbort } = waiting;
    if (onAbort !== null) task.signal!.removeEventListener('abort', onAbort);
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    this.#queued--;
    this.#pool.endWaiting(this.#row);
    if (this.#queued === 0) this.#stopWatching();
  }

  #giveUp(waiting: Waiting, error: StatusError): void {
    this.#remove(waiting);
    waiting.task.refuse(error);
  }

  #watchUntil(deadline: number): void {
    this.#stopWatching();
    const controller = new AbortController();
    this.#watch = { until: deadline, controller };
    this.#clock.sleep(deadline - this.#clock.now(), controller.signal).then(
      () => this.#expire(),
      () => {
        // Only `#stopWatching` ends the sleep early.
      },
    );
  }

  #stopWatching(): void {
    this.#watch?.controller.abort();
    this.#watch = null;
  }

  #expire(): void {
    this.#watch = null;
    const now = this.#clock.now();
    let earliest = Number.POSITIVE_INFINITY;
    for (let waiting = this.#first; waiting !== null; ) {
      const { next, task } = waiting;
      if (task.deadline <= now) this.#giveUp(waiting, deadlineExceeded(deadlineText));
      else if (task.deadline < earliest) earliest = task.deadline;
      waiting = next;
    }
    if (earliest < Number.POSITIVE_INFINITY) this.#watchUntil(earliest);
  }
}
