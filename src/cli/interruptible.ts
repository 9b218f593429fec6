import { stopSignalNames } from './stop-signals.ts';

/**
 * Runs work that has something to clean up when the user ends it. SIGINT and SIGTERM abort the
 * signal that it is given; when it has settled, the process ends by that signal, as if nobody had
 * caught it (a shell sees 130 or 143). The second one ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let received: NodeJS.Signals | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (received !== null) endBy(signal);
    received = signal;
    abort.abort();
  };
  const release = (): void => {
    for (const name of stopSignalNames) process.off(name, onSignal);
  };
  const endBy = (signal: NodeJS.Signals): void => {
    release();
    process.kill(process.pid, signal);
  };
  for (const name of stopSignalNames) process.on(name, onSignal);
  try {
    return await work(abort.signal);
  } finally {
    release();
    if (received !== null) endBy(received);
  }
}
