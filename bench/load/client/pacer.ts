import type { Worker } from 'node:worker_threads';
import type { OpenLoopOptions } from './plan.ts';

/** To the pacer's thread: the times are by its and our common clock. */
export interface PacerOrder extends OpenLoopOptions {
  /** ms since 1970. */
  readonly begin: number;
}

/** From it: the times that were due, in ms since 1970; null: no more come. */
export type PacerNews = Float64Array | null;

/**
 * Tells when requests are due, to a tenth of a millisecond. Timers of the event loop have a grain of
 * a millisecond, so a thread of its own sleeps and sends a message.
 */
export class Pacer {
  readonly #open: () => Worker;
  #worker: Worker | null = null;

  /** @param open starts the thread; called at the first run. */
  constructor(open: () => Worker) {
    this.#open = open;
  }

  /** Calls `onDue` for each time, by `performance.now()`, as it comes. Resolves after the last. */
  run(options: OpenLoopOptions, onDue: (due: number) => void): Promise<void> {
    this.#worker ??= this.#open();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      worker.once('error', reject);
      const listen = (news: PacerNews): void => {
        if (news !== null) {
          for (const due of news) onDue(due - performance.timeOrigin);
          return;
        }
        worker.off('message', listen);
        worker.off('error', reject);
        resolve();
      };
      worker.on('message', listen);
      const begin = performance.timeOrigin + performance.now() + 5;
      worker.postMessage({ ...options, begin } satisfies PacerOrder);
    });
  }
}
