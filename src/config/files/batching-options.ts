/**
 * How requests of a model are batched: a compiled `BatchingParameters` (spec 7.1). Rows are indices of
 * the first dimension of a request's inputs.
 */
export interface BatchingOptions {
  /** Rows of a request at most; without splitting also those of a batch. Default 1000. */
  readonly maxBatchSize: number;
  /** How long a batch that is not full waits for more, in ms, also in fractions. Default 0. */
  readonly batchTimeoutMs: number;
  /** Batches of one queue that may wait, the one being gathered included. Default 10. */
  readonly maxEnqueuedBatches: number;
  /** Sizes that batches are padded to, the next one up; empty: as they are. */
  readonly allowedBatchSizes: readonly number[];
  /** Pad dimensions behind the first to the largest of the batch. Default false. */
  readonly padVariableLengthInputs: boolean;
  /** Cut requests that are larger than what is left of a batch. Default false. */
  readonly enableLargeBatchSplitting: boolean;
  /** Rows of a batch at most. Without splitting the same as `maxBatchSize`. */
  readonly maxExecutionBatchSize: number;
}
