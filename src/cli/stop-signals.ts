import type { Logger } from '../telemetry/index.ts';

/** The signals that ask a process to end. */
export const stopSignalNames = ['SIGTERM', 'SIGINT'] as const;

/**
 * SIGTERM and SIGINT while a server runs: the first one asks for a graceful end, the second ends
 * the process at once, as if Serval had no handler (a shell sees 143 or 130). Made once the server
 * exists; dispose it when the server has stopped.
 */
export class StopSignals implements Disposable {
  /** Resolves at the first signal. */
  readonly first: Promise<void>;
  readonly #resolveFirst: () => void;
  readonly #logger: Logger;
  readonly #graceSeconds: number;
  #received = false;

  constructor(logger: Logger, graceSeconds: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.first = promise;
    this.#resolveFirst = resolve;
    this.#logger = logger;
    this.#graceSeconds = graceSeconds;
    for (const name of stopSignalNames) process.on(name, this.#onSignal);
  }

  get received(): boolean {
    return this.#received;
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (!this.#received) {
      this.#received = true;
      this.#logger.info(
        `Received ${signal}: no new connections, requests under way have ${this.#graceSeconds} s to finish; a second signal ends at once`,
      );
      this.#resolveFirst();
      return;
    }
    this.#logger.warn(`Received ${signal} again: ending at once`);
    // Not process.exit: it waits for native runs under way, and they may never end.
    this[Symbol.dispose]();
    process.kill(process.pid, signal);
  };

  [Symbol.dispose](): void {
    for (const name of stopSignalNames) process.off(name, this.#onSignal);
  }
}
