/** Lets a bounded number of jobs be under way at once; the others wait in their order. */
export class WorkSlots {
  #limit: number;
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Changes the bound; jobs under way go on. */
  set limit(limit: number) {
    this.#limit = limit;
    this.#wake();
  }

  /** @param signal ends the wait for a slot, with its reason; a job that has begun goes on. */
  async run<Result>(job: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    if (this.#busy < this.#limit) this.#busy++;
    else await this.#slot(signal);
    try {
      return await job();
    } finally {
      this.#busy--;
      this.#wake();
    }
  }

  async #slot(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      const index = this.#waiting.indexOf(resolve);
      // One that was just woken has a slot, and uses it.
      if (index < 0) return;
      this.#waiting.splice(index, 1);
      reject(signal?.reason);
    };
    this.#waiting.push(resolve);
    signal?.addEventListener('abort', leave);
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  /** A job that is woken has its slot already. */
  #wake(): void {
    while (this.#busy < this.#limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#busy++;
      next();
    }
  }
}
