import type { VersionPolicy } from '../config/index.ts';

/** A servable whose versions lie under a path. */
export interface WatchedServable {
  readonly name: string;
  readonly basePath: string;
  readonly policy: VersionPolicy;
}
