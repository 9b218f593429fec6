import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DelaySummary } from './recorder.ts';

export interface ThreadDelays extends DelaySummary {
  readonly thread: number;
}

const beginMs = 30;
const endMs = 200;

/** The event loops of all threads of a server process; see `preload.ts`. */
export class WatchedThreads {
  readonly #file: string;

  /** @param file that nobody else writes. */
  constructor(file: string) {
    this.#file = file;
  }

  /** With it the server records. */
  get env(): NodeJS.ProcessEnv {
    const preload = fileURLToPath(new URL('./preload.ts', import.meta.url));
    return { NODE_OPTIONS: `--require=${preload}`, SERVAL_BENCH_LOOP_DELAY: this.#file };
  }

  /** Does this, and tells what each thread recorded meanwhile. */
  async during<T>(
    pid: number,
    action: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly delays: readonly ThreadDelays[] }> {
    process.kill(pid, 'SIGUSR2');
    await delay(beginMs);
    const value = await action();
    rmSync(this.#file, { force: true });
    process.kill(pid, 'SIGUSR2');
    await delay(endMs);
    const delays = readFileSync(this.#file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ThreadDelays)
      .filter(({ moments }) => moments > 0);
    return { value, delays };
  }
}
