export type { ServeHooks } from './command-context.ts';
export { runCommandLine } from './command-line.ts';
export { ExitCode } from './exit-code.ts';
export type { Terminal } from './terminal.ts';
