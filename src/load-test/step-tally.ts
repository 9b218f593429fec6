import { type ErrorCount, ErrorTable } from './error-table.ts';
import { type HistogramBucket, LatencyHistogram } from './latency-histogram.ts';
import type { AnswerSink } from './load-loop.ts';

/** Latencies in ms; NaN where there was no answer. */
export interface LatencySummary {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What became of the requests of one step. */
export interface StepResult {
  /** From the first request to the last answer. */
  readonly seconds: number;
  readonly answered: number;
  readonly failed: number;
  readonly errors: readonly ErrorCount[];
  /** Right answers a second. */
  readonly requestsPerSecond: number;
  /** Of right answers only. */
  readonly latencyMs: LatencySummary;
  readonly histogram: readonly HistogramBucket[];
}

/** Counts and times the answers of one step, in bounded memory. */
export class StepTally implements AnswerSink {
  readonly #now: () => number;
  readonly #begin: number;
  readonly #histogram = new LatencyHistogram();
  readonly #errors = new ErrorTable();
  #failed = 0;
  #lastAnswer: number;

  /** @param now the clock by which requests are sent or due, in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#begin = now();
    this.#lastAnswer = this.#begin;
  }

  count(since: number, failure: string | null): void {
    const at = this.#now();
    this.#lastAnswer = at;
    if (failure === null) this.#histogram.add(at - since);
    else {
      this.#failed++;
      this.#errors.add(failure);
    }
  }

  /** Requests that were given up. */
  countUnanswered(count: number, text: string): void {
    this.#failed += count;
    for (let i = 0; i < count; i++) this.#errors.add(text);
  }

  finish(): StepResult {
    const histogram = this.#histogram;
    const seconds = (this.#lastAnswer - this.#begin) / 1000;
    return {
      seconds,
      answered: histogram.count,
      failed: this.#failed,
      errors: this.#errors.list(),
      requestsPerSecond: seconds > 0 ? histogram.count / seconds : 0,
      latencyMs: {
        min: histogram.min,
        mean: histogram.mean,
        p50: histogram.quantile(0.5),
        p90: histogram.quantile(0.9),
        p99: histogram.quantile(0.99),
        p999: histogram.quantile(0.999),
        max: histogram.max,
      },
      histogram: histogram.buckets(),
    };
  }
}
