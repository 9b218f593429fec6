import type { ProgressStream } from '../engines/index.ts';

/** Where a command writes for its user. The log is not its business. */
export interface Terminal {
  /** To stdout: what was asked for. */
  out(text: string): void;
  /** To stderr: what went wrong, and progress. */
  error(text: string): void;
  /** stderr itself, for what is drawn over in place. */
  readonly errors: ProgressStream;
  /** Whether one person sees both stdout and stderr, so that nothing need be said on each. */
  readonly isScreen: boolean;
  /** Columns of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Resolves when everything has been handed to the system. */
  flush(): Promise<void>;
}

/** The terminal of this process. A reader that has gone (`serval inspect … | head`) is no error. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  return {
    out: (text) => void stdout.write(text),
    error: (text) => void stderr.write(text),
    errors: stderr,
    isScreen: stdout.isTTY === true && stderr.isTTY === true,
    columns: stdout.columns ?? 80,
    flush: async () => {
      for (const stream of [stdout, stderr]) {
        await new Promise<void>((resolve) => stream.write('', () => resolve()));
      }
    },
  };
}
