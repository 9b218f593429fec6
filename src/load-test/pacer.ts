import { Worker } from 'node:worker_threads';
import type { OpenLoopOptions } from './open-loop.ts';

/** To the pacer's thread: the times are by its and our common clock. */
export interface PacerOrder extends OpenLoopOptions {
  /** ms since 1970. */
  readonly begin: number;
}

/** From it: the times that were due, in ms since 1970; null: no more come. */
export type PacerNews = Float64Array | null;

/** Tells when requests are due. */
export interface Arrivals {
  /** Calls `onDue` for each time, by `performance.now()`, as it comes. Resolves after the last. */
  run(options: OpenLoopOptions, onDue: (due: number) => void): Promise<void>;
}

const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? './pacer-thread.ts' : './pacer-thread.js',
  import.meta.url,
);

/**
 * Arrivals to a tenth of a millisecond. Timers of the event loop have a grain of a millisecond, so a
 * thread of its own, started with the first run, sleeps and sends a message. One run at a time.
 */
export class Pacer implements Arrivals, AsyncDisposable {
  #worker: Worker | null = null;

  run(options: OpenLoopOptions, onDue: (due: number) => void): Promise<void> {
    this.#worker ??= new Worker(threadFile);
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
      const { ms, rate, seed } = options;
      worker.postMessage({ ms, rate, seed, begin } satisfies PacerOrder);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
  }
}
