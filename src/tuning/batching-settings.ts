/** What is tuned of the batching parameters of TensorFlow Serving. */
export interface BatchingSettings {
  /** Rows of a batch at most. */
  readonly maxBatchSize: number;
  /** How long a batch that is not full waits for more. */
  readonly batchTimeoutMicros: number;
  /** Batches that run at once. */
  readonly numBatchThreads: number;
}

/** Settings as one word, to tell them apart. */
export function settingsKey(settings: BatchingSettings | null): string {
  if (settings === null) return 'off';
  const { maxBatchSize, batchTimeoutMicros, numBatchThreads } = settings;
  return `${maxBatchSize}/${batchTimeoutMicros}/${numBatchThreads}`;
}

/**
 * A text BatchingParameters, as `--batching_parameters_file` takes it.
 *
 * @param comment lines to begin with
 */
export function parametersFile(
  settings: BatchingSettings,
  maxEnqueuedBatches: number,
  comment: readonly string[] = [],
): string {
  const { maxBatchSize, batchTimeoutMicros, numBatchThreads } = settings;
  return [
    ...comment.map((line) => `# ${line}`),
    `max_batch_size { value: ${maxBatchSize} }`,
    `batch_timeout_micros { value: ${batchTimeoutMicros} }`,
    `num_batch_threads { value: ${numBatchThreads} }`,
    `max_enqueued_batches { value: ${maxEnqueuedBatches} }`,
    '',
  ].join('\n');
}
