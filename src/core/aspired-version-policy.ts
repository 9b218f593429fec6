import type { HarnessState } from './loader-harness.ts';

/** What a policy knows of one version of the servable that it decides about. */
export interface VersionSnapshot {
  readonly version: bigint;
  readonly state: HarnessState;
  readonly isAspired: boolean;
}

/** The next thing to do for a servable. */
export interface PolicyAction {
  readonly kind: 'load' | 'unload';
  readonly version: bigint;
}

/**
 * Decides what to do next for one servable, given all of its versions: a pure function, asked again
 * after each thing done, until it answers null. It never unloads an aspired version nor loads one
 * that is not.
 */
export type AspiredVersionPolicy = (versions: readonly VersionSnapshot[]) => PolicyAction | null;

/**
 * Keeps some version available while versions change, at the price of the resources of two (spec
 * 4.3): an old version is unloaded only once a new one is ready, unless nothing is aspired any more
 * or more than one old version is ready.
 */
export const availabilityPreserving: AspiredVersionPolicy = (versions) => {
  const aspired = versions.filter(({ isAspired }) => isAspired);
  const old = versions.filter(({ isAspired, state }) => !isAspired && state === 'ready');
  const mayUnload =
    aspired.length === 0 || aspired.some(({ state }) => state === 'ready') || old.length > 1;
  const lowest = mayUnload ? extreme(old, (a, b) => a < b) : null;
  if (lowest !== null) return { kind: 'unload', version: lowest };
  return loadHighestNew(aspired);
};

/**
 * Never keeps the resources of an old and a new version at the same time, at the price of a while
 * without any (spec 4.4): nothing is loaded until every old version is gone.
 */
export const resourcePreserving: AspiredVersionPolicy = (versions) => {
  const old = versions.filter(({ isAspired }) => !isAspired);
  const ready = extreme(
    old.filter(({ state }) => state === 'ready'),
    (a, b) => a < b,
  );
  if (ready !== null) return { kind: 'unload', version: ready };
  // One that was never loaded has nothing to give back.
  const isLeaving = ({ state }: VersionSnapshot) =>
    state !== 'disabled' && state !== 'error' && state !== 'new';
  if (old.some(isLeaving)) return null;
  return loadHighestNew(versions.filter(({ isAspired }) => isAspired));
};

/** By the names of `--aspired_version_policy`. */
export const aspiredVersionPolicies = {
  availability_preserving: availabilityPreserving,
  resource_preserving: resourcePreserving,
} as const satisfies Readonly<Record<string, AspiredVersionPolicy>>;

function loadHighestNew(aspired: readonly VersionSnapshot[]): PolicyAction | null {
  const highest = extreme(
    aspired.filter(({ state }) => state === 'new'),
    (a, b) => a > b,
  );
  return highest === null ? null : { kind: 'load', version: highest };
}

/** The version that comes before all others; null if there is none. */
function extreme(
  versions: readonly VersionSnapshot[],
  isBefore: (a: bigint, b: bigint) => boolean,
): bigint | null {
  let first: bigint | null = null;
  for (const { version } of versions) {
    if (first === null || isBefore(version, first)) first = version;
  }
  return first;
}
