import { cancelled, deadlineExceeded, type StatusError, unavailable } from '../../status/index.ts';
import type { Clock } from '../../util/index.ts';

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
 * Bounds how many runs are off the event loop at once, and how many wait for that, first come,
 * first served.
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
  readonly #slots: number;
  readonly #maxQueued: number;
  #running = 0;
  #queued = 0;
  #first: Waiting | null = null;
  #last: Waiting | null = null;
  /** The sleep until the earliest deadline among the waiting, as far as it is known. */
  #watch: { readonly until: number; readonly controller: AbortController } | null = null;

  constructor(options: {
    readonly slots: number;
    readonly maxQueued: number;
    readonly clock: Clock;
  }) {
    this.#slots = options.slots;
    this.#maxQueued = options.maxQueued;
    this.#clock = options.clock;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#queued;
  }

  /** Starts the task now or later, or refuses it. */
  submit(task: SlotTask): void {
    if (this.#refuseIfLate(task)) return;
    if (this.#running < this.#slots) {
      this.#running++;
      task.start();
    } else if (this.#queued >= this.#maxQueued) {
      task.refuse(
        unavailable(
          `The engine is busy: ${this.#running} runs are going on and ${this.#queued} wait, the most allowed`,
        ),
      );
    } else {
      this.#append(task);
    }
  }

  /** Gives a slot back, to the first in the queue that still wants it. */
  release(): void {
    for (let waiting = this.#first; waiting !== null; waiting = this.#first) {
      this.#remove(waiting);
      if (this.#refuseIfLate(waiting.task)) continue;
      waiting.task.start();
      return;
    }
    this.#running--;
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
