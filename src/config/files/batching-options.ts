import type { BatchingParameters } from '../../proto/index.ts';
import { invalidArgument } from '../../status/index.ts';

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
  /**
   * Batches are gathered by what is learned of the model, and wait for nothing; absent or null: as the parameters
   * say. Of these `batchTimeoutMs` and splitting do not count then, and rows are bounded for batches only.
   */
  readonly adaptive?: AdaptiveBatching | null;
}

export interface AdaptiveBatching {
  /** What a request should take at most, from its coming to its reply, in ms; Infinity: no matter. */
  readonly targetMs: number;
}

/**
 * Checks parameters in TFS's order and words (spec 7.2), and fills in what they leave out.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function compileBatching(parameters: BatchingParameters): BatchingOptions {
  const { allowedBatchSizes, padVariableLengthInputs } = parameters;
  const { maxBatchSize = 1000n, batchTimeoutMicros = 0n } = parameters;
  const splits = parameters.enableLargeBatchSplitting ?? false;
  const last = allowedBatchSizes.at(-1) ?? maxBatchSize;
  if (last !== maxBatchSize) {
    throw invalidArgument(
      `Last entry in allowed_batch_sizes must match max_batch_size; last entry was ${last}; expected ${maxBatchSize}`,
    );
  }
  if (maxBatchSize <= 0n) {
    throw invalidArgument(`input_batch_size_limit must be positive; was ${maxBatchSize}`);
  }
  if (batchTimeoutMicros < 0n) {
    throw invalidArgument(`batch_timeout_micros must be non-negative; was ${batchTimeoutMicros}`);
  }
  let { maxEnqueuedBatches = 10n } = parameters;
  // As TFS has it: without splitting 0 means 1.
  if (maxEnqueuedBatches === 0n && !splits) maxEnqueuedBatches = 1n;
  if (maxEnqueuedBatches <= 0n) {
    throw invalidArgument(`max_enqueued_batches must be positive; was ${maxEnqueuedBatches}`);
  }
  // TFS has 0 where neither is set, which no batch can have.
  const { maxExecutionBatchSize = maxBatchSize } = splits ? parameters : {};
  if (maxExecutionBatchSize <= 0n) {
    throw invalidArgument(
      `max_execution_batch_size must be positive; was ${maxExecutionBatchSize}`,
    );
  }
  if (maxExecutionBatchSize > maxBatchSize) {
    throw invalidArgument(
      'When enable_large_batch_splitting is true, input_batch_size_limit must be greater than or equal to max_execution_batch_size.',
    );
  }
  return Object.freeze({
    maxBatchSize: Number(maxBatchSize),
    batchTimeoutMs: Number(batchTimeoutMicros) / 1000,
    maxEnqueuedBatches: Number(maxEnqueuedBatches),
    allowedBatchSizes: Object.freeze(allowedBatchSizes.map(Number)),
    padVariableLengthInputs,
    enableLargeBatchSplitting: splits,
    maxExecutionBatchSize: Number(maxExecutionBatchSize),
  });
}
