import type { BatchingSettings } from './batching-settings.ts';

/** What bounds the settings that are tried. */
export interface SearchBounds {
  /** Rows of a request: a batch must hold one. */
  readonly rows: number;
  /** Rows that are under way at most: larger batches never fill. */
  readonly mostRows: number;
  readonly cpus: number;
}

const coarseSizes = [32, 8, 128];
const coarseTimeouts = [0, 2000];
const longestTimeout = 100_000;
/** The least timeout that is tried besides 0: servers round up to whole milliseconds. */
const leastTimeout = 1000;

/** Settings far apart, the likely ones first; those with equal threads follow each other. */
export function coarseGrid(bounds: SearchBounds): BatchingSettings[] {
  const threads = unique([bounds.cpus, Math.max(1, Math.floor(bounds.cpus / 4))]);
  const sizes = unique(coarseSizes.map((size) => fitSize(size, bounds)));
  return threads.flatMap((numBatchThreads) =>
    coarseTimeouts.flatMap((batchTimeoutMicros) =>
      sizes.map((maxBatchSize) => ({
        ...{ maxBatchSize, batchTimeoutMicros, numBatchThreads },
        allowedBatchSizes: [],
      })),
    ),
  );
}

/**
 * Settings one step away from others: one value twice or half as large. Those with other threads come last.
 */
export function neighbours(settings: BatchingSettings, bounds: SearchBounds): BatchingSettings[] {
  const { maxBatchSize: size, batchTimeoutMicros: timeout, numBatchThreads: threads } = settings;
  const shorter = timeout <= leastTimeout ? 0 : wholeMilliseconds(timeout / 2);
  const longer = timeout === 0 ? leastTimeout : Math.min(2 * timeout, longestTimeout);
  const near = [
    ...[2 * size, Math.ceil(size / 2)].map((to) => ({
      ...settings,
      maxBatchSize: fitSize(to, bounds),
    })),
    ...[shorter, longer].map((to) => ({ ...settings, batchTimeoutMicros: to })),
    ...[2 * threads, Math.ceil(threads / 2)].map((to) => ({
      ...settings,
      numBatchThreads: Math.min(to, 2 * bounds.cpus),
    })),
  ];
  return near.filter(
    ({ maxBatchSize, batchTimeoutMicros, numBatchThreads }) =>
      maxBatchSize !== size || batchTimeoutMicros !== timeout || numBatchThreads !== threads,
  );
}

/** The same settings with batches padded: to powers of two, and always to the full size. */
export function paddings(settings: BatchingSettings, { rows }: SearchBounds): BatchingSettings[] {
  const { maxBatchSize } = settings;
  if (maxBatchSize <= rows) return [];
  const powers: number[] = [];
  for (let size = 1; size < maxBatchSize; size *= 2) if (size >= rows) powers.push(size);
  return [[...powers, maxBatchSize], [maxBatchSize]].map((allowedBatchSizes) => ({
    ...settings,
    allowedBatchSizes,
  }));
}

function wholeMilliseconds(micros: number): number {
  return Math.ceil(micros / 1000) * 1000;
}

function fitSize(size: number, { rows, mostRows }: SearchBounds): number {
  return Math.max(rows, Math.min(size, mostRows));
}

function unique(values: readonly number[]): number[] {
  return [...new Set(values)];
}
