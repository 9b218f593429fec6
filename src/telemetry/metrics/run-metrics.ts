import type { CounterCell, HistogramCell } from './cells.ts';
import { servingSpecs } from './serving-specs.ts';
import type { ThreadMetrics } from './thread-metrics.ts';

/** Counts the runs of one thread's engine as TensorFlow does. */
export class RunMetrics {
  readonly #began: CounterCell;
  readonly #times: HistogramCell;

  constructor(cells: ThreadMetrics) {
    this.#began = cells.counter(servingSpecs.sessionRuns);
    this.#times = cells.histogram(servingSpecs.graphRunTimes);
  }

  began(): void {
    this.#began.add();
  }

  succeeded(microseconds: number): void {
    const whole = Math.trunc(microseconds);
    if (whole > 0) this.#times.add(whole);
  }
}
