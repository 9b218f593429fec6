import type { AspiredVersionsCallback, Source } from './source.ts';

/**
 * Takes what sources say. The callback may be kept for ever: after `detach` it does nothing, so a
 * target can end before its sources.
 */
export interface Target<T> {
  aspiredVersionsCallback(): AspiredVersionsCallback<T>;
  /** Makes every callback that was handed out do nothing. */
  detach(): void;
}

/** Lets a source speak to a target. @throws StatusError where the source has a target already. */
export function connectSource<T>(source: Source<T>, target: Target<T>): void {
  source.setAspiredVersionsCallback(target.aspiredVersionsCallback());
}
