export type { BatchingOptions } from './files/batching-options.ts';
export type { ModelConfigRules } from './files/compile-model-configs.ts';
export { compileModelConfigs } from './files/compile-model-configs.ts';
export { checkTransition } from './files/config-transition.ts';
export type { ModelConfig, VersionPolicy } from './files/model-config.ts';
export type { PlatformBatching } from './files/read-batching.ts';
export { defaultBatching } from './files/read-batching.ts';
export type { ModelListOptions } from './files/read-model-server-config.ts';
export { readModelServerConfig } from './files/read-model-server-config.ts';
export { readMetricsPath } from './files/read-monitoring-config.ts';
export type { Platform, PlatformOptions, Platforms } from './files/read-platforms.ts';
export { readPlatforms } from './files/read-platforms.ts';
export { parseTextProtoFile, readTextProtoFile } from './files/text-proto-file.ts';
export type { FlagEffect, FlagGroup, FlagSpec, FlagType, FlagValue } from './flag.ts';
export { flagDefaultText, flags, flagText } from './flags.ts';
export { flagVariable } from './flags-environment.ts';
export { noEffectWarnings, unknownArgumentWarnings } from './flags-hints.ts';
export { optionsFromFlags } from './flags-options.ts';
export type { FlagSource, ParsedFlags } from './flags-parse.ts';
export { parseFlags } from './flags-parse.ts';
export { flagsUsage } from './flags-usage.ts';
export { nearestName } from './nearest-name.ts';
export type {
  AspiredVersionPolicyName,
  Port,
  ServerOptions,
  UserServerOptions,
} from './options.ts';
export type { Machine } from './options-compile.ts';
export { compileServerOptions, thisMachine } from './options-compile.ts';
export { effectiveConfig } from './print-config.ts';
export { restPortConflict } from './start-checks.ts';
export type { TextProtoOptions } from './text-proto/index.ts';
export { parseTextProto } from './text-proto/index.ts';
