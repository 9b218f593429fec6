import type { StatusError } from '../status/index.ts';
import type { ServableId } from './servable-id.ts';

/**
 * One version that a source wants served, with what it takes to load it, or why it cannot be: an
 * error travels as data, so that every failure of a version ends in its state.
 *
 * `revision` names the content of the version as far as its source knows it, empty where it does
 * not. A version that failed is tried again as soon as its revision changes.
 */
export type ServableData<T> =
  | { readonly id: ServableId; readonly revision: string; readonly data: T; readonly error: null }
  | {
      readonly id: ServableId;
      readonly revision: string;
      readonly data: null;
      readonly error: StatusError;
    };

/** A version with its data. */
export function servableData<T>(id: ServableId, data: T, revision = ''): ServableData<T> {
  return { id, revision, data, error: null };
}

/** A version that cannot be loaded. */
export function servableError(
  id: ServableId,
  error: StatusError,
  revision = '',
): ServableData<never> {
  return { id, revision, data: null, error };
}
