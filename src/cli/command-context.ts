import type { Terminal } from './terminal.ts';

/** What a command is started with. */
export interface CommandContext {
  /** The name that the user called the program by. */
  readonly program: string;
  readonly terminal: Terminal;
}
