/** What a server's metrics say of its batches so far. */
export interface BatchCounters {
  readonly batches: number;
  /** Rows that were run, with those of padding. */
  readonly processedRows: number;
  readonly paddingRows: number;
}

/** What the batches of some time were like. */
export interface BatchFill {
  readonly batches: number;
  /** Rows of requests in a batch, on the average. */
  readonly meanRows: number;
  /** Of the rows that were run, the share that was padding. */
  readonly paddingShare: number;
}

const prefix = ':tensorflow:serving:batching_session:';

/** Reads the page for Prometheus. @returns null where the server tells nothing of batches. */
export function readBatchCounters(page: string): BatchCounters | null {
  const sums = new Map<string, number>();
  for (const [, name = '', value] of page.matchAll(
    /^:tensorflow:serving:batching_session:(\w+)(?:\{[^}\n]*\})? (\S+)/gm,
  )) {
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  if (sums.size === 0 && !page.includes(prefix)) return null;
  return {
    batches: sums.get('wrapped_run_count') ?? 0,
    processedRows: sums.get('processed_batch_size_sum') ?? 0,
    paddingRows: sums.get('padding_size_sum') ?? 0,
  };
}

/** What happened between two looks; null where one of them saw nothing, or there was no batch. */
export function batchFill(
  before: BatchCounters | null,
  after: BatchCounters | null,
): BatchFill | null {
  if (before === null || after === null || after.batches === before.batches) return null;
  const batches = after.batches - before.batches;
  const processed = after.processedRows - before.processedRows;
  const padding = after.paddingRows - before.paddingRows;
  return { batches, meanRows: (processed - padding) / batches, paddingShare: padding / processed };
}
