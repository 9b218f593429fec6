export type { FlagEffect, FlagGroup, FlagSpec, FlagType, FlagValue } from './flag.ts';
export { flagDefaultText, flags } from './flags.ts';
export {
  nearest,
  noEffectWarnings,
  unknownArgumentWarnings,
} from './flags-hints.ts';
export { optionsFromFlags } from './flags-options.ts';
export type { ParsedFlags } from './flags-parse.ts';
export { parseFlags } from './flags-parse.ts';
export { flagsUsage } from './flags-usage.ts';
export type { Port, ServerOptions, UserServerOptions } from './options.ts';
export type { Machine } from './options-compile.ts';
export { compileServerOptions, thisMachine } from './options-compile.ts';
export { restPortConflict } from './start-checks.ts';
