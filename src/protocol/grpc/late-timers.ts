/** Something that wants a timer unless it is over soon. */
export interface Timed {
  readonly ended: boolean;
  armTimer(): void;
}

/**
 * Puts off the setting of timers to the end of the turn of the event loop: most calls are answered
 * within the turn in which they arrive and never need the one for their deadline.
 */
export class LateTimers {
  #waiting: Timed[] = [];

  add(timed: Timed): void {
    if (this.#waiting.push(timed) === 1) setImmediate(this.#armAll);
  }

  readonly #armAll = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const timed of waiting) if (!timed.ended) timed.armTimer();
  };
}
