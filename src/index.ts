/**
 * Serval inside a program. What is exported here is the stable surface (semver); everything else
 * is closed by the package's `exports`.
 */
export type { UserServerOptions } from './config/index.ts';
export type {
  AspiredVersionsCallback,
  Loader,
  Resource,
  ResourceAllocation,
  ServableData,
  ServableId,
  ServableState,
  ServableStatus,
  SimpleLoaderOptions,
  Source,
  Target,
} from './core/index.ts';
export {
  CallbackTarget,
  connectSource,
  DynamicSourceRouter,
  ErrorInjectingSourceAdapter,
  mainMemory,
  SimpleLoader,
  SourceAdapter,
  SourcePort,
  SourceRouter,
  StaticSourceRouter,
  servableData,
  servableError,
  servableIdText,
  UnarySourceAdapter,
  unarySourceAdapter,
} from './core/index.ts';
export type {
  CreateServerOptions,
  ListenAddress,
  Serval,
  ServalAddresses,
} from './server/index.ts';
export { createServer } from './server/index.ts';
export type { CodeName } from './status/index.ts';
export { Code, StatusError } from './status/index.ts';
export type { LogFields, Logger, LogLevel } from './telemetry/index.ts';
