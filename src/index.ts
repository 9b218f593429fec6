/**
 * Serval inside a program. What is exported here is the stable surface (semver); everything else
 * is closed by the package's `exports`.
 */
export type { UserServerOptions } from './config/index.ts';
export type {
  AspiredVersionPolicy,
  AspiredVersionsCallback,
  AspiredVersionsManager,
  BasicManagerOptions,
  FailedVersionRetry,
  HarnessState,
  Loader,
  LoaderFactory,
  ManagedVersion,
  ManagerOptions,
  PolicyAction,
  Resource,
  ResourceAllocation,
  ServableData,
  ServableHandle,
  ServableId,
  ServableLookup,
  ServableRequest,
  ServableState,
  ServableStateMonitor,
  ServableStatus,
  SimpleLoaderOptions,
  Source,
  Target,
  VersionSnapshot,
} from './core/index.ts';
export {
  availabilityPreserving,
  BasicManager,
  basicManagerOptions,
  CachingManager,
  CallbackTarget,
  connectSource,
  createManager,
  DynamicSourceRouter,
  ErrorInjectingSourceAdapter,
  EventBus,
  mainMemory,
  ResourceTracker,
  resourcePreserving,
  SimpleLoader,
  SourceAdapter,
  SourcePort,
  SourceRouter,
  StaticManager,
  StaticManagerBuilder,
  StaticSourceRouter,
  servableData,
  servableError,
  servableIdText,
  UnarySourceAdapter,
  unarySourceAdapter,
} from './core/index.ts';
export type {
  CreateServerOptions,
  DataThreadState,
  ListenAddress,
  Serval,
  ServalAddresses,
} from './server/index.ts';
export { createServer } from './server/index.ts';
export type { CodeName } from './status/index.ts';
export { Code, StatusError } from './status/index.ts';
export type { LogFields, Logger, LogLevel } from './telemetry/index.ts';
