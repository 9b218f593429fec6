export type {
  AspiredVersionPolicy,
  PolicyAction,
  VersionSnapshot,
} from './aspired-version-policy.ts';
export {
  aspiredVersionPolicies,
  availabilityPreserving,
  resourcePreserving,
} from './aspired-version-policy.ts';
export type {
  AspiredVersionsManagerOptions,
  FailedVersionRetry,
} from './aspired-versions-manager.ts';
export { AspiredVersionsManager } from './aspired-versions-manager.ts';
export type { BasicManagerOptions, ManagedVersion } from './basic-manager.ts';
export { BasicManager } from './basic-manager.ts';
export type { LoaderFactory } from './caching-manager.ts';
export { CachingManager } from './caching-manager.ts';
export type { ManagerOptions } from './create-manager.ts';
export { basicManagerOptions, createManager } from './create-manager.ts';
export { DynamicSourceRouter } from './dynamic-source-router.ts';
export { ErrorInjectingSourceAdapter } from './error-injecting-source-adapter.ts';
export type { EventBusOptions, EventListener } from './event-bus.ts';
export { EventBus } from './event-bus.ts';
export { HandleCounts } from './handle-counts.ts';
export type { Loader } from './loader.ts';
export type { HarnessState } from './loader-harness.ts';
export { ResourceTracker } from './resource-tracker.ts';
export type { Resource, ResourceAllocation } from './resources.ts';
export { mainMemory } from './resources.ts';
export type { ServableData } from './servable-data.ts';
export { servableData, servableError } from './servable-data.ts';
export type { ServableHandle } from './servable-handle.ts';
export type { ServableId } from './servable-id.ts';
export { servableIdText } from './servable-id.ts';
export type { ServableLookup, ServableRequest } from './servable-lookup.ts';
export type { ServableState, ServableStatus } from './servable-state.ts';
export type { StateListener, StateMonitorOptions } from './servable-state-monitor.ts';
export { ServableStateMonitor } from './servable-state-monitor.ts';
export type {
  ForgetListener,
  TableChange,
  TableEdit,
  TableEntry,
  TableListener,
} from './servable-table.ts';
export { ServableTable } from './servable-table.ts';
export type { SimpleLoaderOptions } from './simple-loader.ts';
export { SimpleLoader } from './simple-loader.ts';
export type { AspiredVersionsCallback, Source } from './source.ts';
export { SourceAdapter } from './source-adapter.ts';
export { SourcePort } from './source-port.ts';
export { SourceRouter } from './source-router.ts';
export { StaticManager, StaticManagerBuilder } from './static-manager.ts';
export { StaticSourceRouter } from './static-source-router.ts';
export { TableReader } from './table-reader.ts';
export type { Target } from './target.ts';
export { connectSource } from './target.ts';
export { CallbackTarget } from './target-base.ts';
export { UnarySourceAdapter, unarySourceAdapter } from './unary-source-adapter.ts';
export type { LabelMap } from './version-labels.ts';
export { checkLabels } from './version-labels.ts';
