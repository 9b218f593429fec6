import { getHeapStatistics } from 'node:v8';
import type { GaugeCell, HistogramCell } from './cells.ts';
import type { ThreadMetrics } from './thread-metrics.ts';
import { threadSpecs } from './thread-specs.ts';

/** Between two looks, in ms: what is told of a thread is not older than this. */
export const vitalsMs = 500;

/** How a thread is: how late its timers come, how large its heap is and what its requests hold. */
export class ThreadVitals {
  readonly #delays: HistogramCell;
  readonly #heap: GaugeCell;
  readonly #bytes: GaugeCell;
  readonly #bytesInFlight: () => number;
  #timer: NodeJS.Timeout | null = null;
  #last: number;

  /**
   * @param thread its name in labels. @param bytesInFlight of requests and replies on this thread
   * @param now ms on the clock of `look`
   */
  constructor(
    cells: ThreadMetrics,
    thread: string,
    bytesInFlight: () => number,
    now = performance.now(),
  ) {
    this.#delays = cells.histogram(threadSpecs.loopDelay, [thread]);
    this.#heap = cells.gauge(threadSpecs.heapUsed, [thread]);
    this.#bytes = cells.gauge(threadSpecs.bytesInFlight, [thread]);
    this.#bytesInFlight = bytesInFlight;
    this.#last = now;
  }

  /** Looks again and again, from now on. Does not keep the thread alive. */
  start(): void {
    this.#last = performance.now();
    this.#timer = setInterval(() => this.look(performance.now()), vitalsMs).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** To be called `vitalsMs` after the last time; what is later is the thread's delay. */
  look(now: number): void {
    this.#delays.add(Math.max(0, now - this.#last - vitalsMs) / 1000);
    this.#last = now;
    this.#heap.set(getHeapStatistics().used_heap_size);
    this.#bytes.set(this.#bytesInFlight());
  }
}
