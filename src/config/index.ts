export type { Port, ServerOptions, UserServerOptions } from './options.ts';
export type { Machine } from './options-compile.ts';
export { compileServerOptions, thisMachine } from './options-compile.ts';
export { restPortConflict } from './start-checks.ts';
