import type { StatusError } from '../status/index.ts';
import type { ServableId } from './servable-id.ts';

/**
 * The published states of a version, in the order in which they follow each other (spec 4.1):
 *
 * - `START`: known and aspired, nothing done yet.
 * - `LOADING`: resources granted, the loader is at work.
 * - `AVAILABLE`: published after the version can be looked up.
 * - `UNLOADING`: published before the version can no longer be looked up.
 * - `END`: unloaded, or failed at any earlier step; then `error` says why.
 */
export type ServableState = 'START' | 'LOADING' | 'AVAILABLE' | 'UNLOADING' | 'END';

/** What is known of one version at one moment. */
export interface ServableStatus {
  readonly id: ServableId;
  readonly state: ServableState;
  /** The version's health: null while it is well. */
  readonly error: StatusError | null;
}
