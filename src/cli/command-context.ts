import type { Serval } from '../server/index.ts';
import type { Terminal } from './terminal.ts';

/** What the program around a command line wants to be told. */
export interface ServeHooks {
  /** Called once, when the server listens and its models are available. */
  readonly onReady?: (serval: Serval, terminal: Terminal) => void;
}

/** What a command is started with. */
export interface CommandContext {
  /** The name that the user called the program by. */
  readonly program: string;
  readonly terminal: Terminal;
  readonly hooks: ServeHooks;
}
