import type { AnswerSink } from '../../../src/load-test/index.ts';
import type { LoadRecord } from './plan.ts';

/** Counts and times the answers of one stretch of load. */
export class Tally implements AnswerSink {
  readonly #cpu = process.cpuUsage();
  readonly #begin = performance.now();
  #latencyMs = new Float64Array(1 << 16);
  #answered = 0;
  #failed = 0;
  #firstFailure: string | null = null;

  /** @param since when the request was sent, or due, by `performance.now()`. */
  count(since: number, failure: string | null): void {
    if (failure !== null) {
      this.#failed++;
      this.#firstFailure ??= failure;
      return;
    }
    if (this.#answered === this.#latencyMs.length) {
      const grown = new Float64Array(2 * this.#answered);
      grown.set(this.#latencyMs);
      this.#latencyMs = grown;
    }
    this.#latencyMs[this.#answered++] = performance.now() - since;
  }

  finish(): LoadRecord {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      answered: this.#answered,
      failed: this.#failed,
      firstFailure: this.#firstFailure,
      ms: performance.now() - this.#begin,
      clientCpuMs: (user + system) / 1000,
      latencyMs: this.#latencyMs.slice(0, this.#answered),
    };
  }
}
