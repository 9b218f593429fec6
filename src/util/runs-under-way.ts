/** Counts the runs that one thread has begun and that have not ended, for whoever may free nothing before. */
export class RunsUnderWay {
  #count = 0;
  readonly #waiting: (() => void)[] = [];

  get isNone(): boolean {
    return this.#count === 0;
  }

  begin(): void {
    this.#count++;
  }

  /** Of a run that was begun. */
  end(): void {
    this.#count--;
    if (this.#count > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when none is under way. */
  async ended(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
