import type { AnswerSink, Channel } from '../../../src/load-test/index.ts';
import type { OverloadRecord } from './plan.ts';

/** Codes of a server that has too much to do, or no time left. */
const refusal = /^(UNAVAILABLE|RESOURCE_EXHAUSTED|DEADLINE_EXCEEDED): /;

/**
 * Counts and times the answers and the refusals of one stretch of load. The loop must ask by channels that
 * it watches, so that it knows when each request was sent.
 */
export class OutcomeTally implements AnswerSink {
  readonly #cpu = process.cpuUsage();
  readonly #begin = performance.now();
  readonly #answeredMs: number[] = [];
  readonly #refusedMs: number[] = [];
  readonly #refusedSinceSentMs: number[] = [];
  readonly #refusals: Record<string, number> = {};
  #otherFailure: string | null = null;
  /** When the request was sent whose reply is being counted. */
  #sentAt = Number.NaN;

  /** The same channel, of whose requests this knows when they were sent. */
  watch(channel: Channel): Channel {
    return {
      capacity: channel.capacity,
      get failure() {
        return channel.failure;
      },
      ask: (request, done) => {
        const sentAt = performance.now();
        channel.ask(request, (failure, answer) => {
          this.#sentAt = sentAt;
          done(failure, answer);
        });
      },
      close: () => channel.close(),
    };
  }

  /** @param since when the request was due, by `performance.now()`. */
  count(since: number, failure: string | null): void {
    const now = performance.now();
    if (failure === null) {
      this.#answeredMs.push(now - since);
      return;
    }
    const code = failure.match(refusal)?.[1];
    if (code === undefined) {
      this.#otherFailure ??= failure;
      return;
    }
    this.#refusals[code] = (this.#refusals[code] ?? 0) + 1;
    this.#refusedMs.push(now - since);
    this.#refusedSinceSentMs.push(now - this.#sentAt);
  }

  /** @throws Error where a reply was neither a right answer nor a refusal. */
  finish(): OverloadRecord {
    if (this.#otherFailure !== null) throw new Error(this.#otherFailure);
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      ms: performance.now() - this.#begin,
      clientCpuMs: (user + system) / 1000,
      answeredMs: Float64Array.from(this.#answeredMs),
      refusedMs: Float64Array.from(this.#refusedMs),
      refusedSinceSentMs: Float64Array.from(this.#refusedSinceSentMs),
      refusals: this.#refusals,
    };
  }
}
