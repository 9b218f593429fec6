/**
 * Serval inside a program. What is exported here is the stable surface (semver); everything else
 * is closed by the package's `exports`.
 */
export type { UserServerOptions } from './config/index.ts';
export type { ServableId, ServableState, ServableStatus } from './core/index.ts';
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
