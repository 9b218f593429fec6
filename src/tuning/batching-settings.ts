/** What is tuned of the batching parameters of TensorFlow Serving. */
export interface BatchingSettings {
  /** Rows of a batch at most. */
  readonly maxBatchSize: number;
  /** How long a batch that is not full waits for more: whole milliseconds, since a server rounds up to them. */
  readonly batchTimeoutMicros: number;
  /** Batches that run at once. */
  readonly numBatchThreads: number;
  /** Sizes that batches are padded to, the last one `maxBatchSize`; empty: any size is run as it is. */
  readonly allowedBatchSizes: readonly number[];
}

/** How a server batches: not at all, by `--batching=auto`, or by parameters. */
export type Batching = 'off' | 'auto' | BatchingSettings;

/** Whether it is by parameters. */
export function isFixed(batching: Batching): batching is BatchingSettings {
  return typeof batching === 'object';
}

/** A way to batch as one word, to tell them apart. */
export function batchingKey(batching: Batching): string {
  if (!isFixed(batching)) return batching;
  const { maxBatchSize, batchTimeoutMicros, numBatchThreads, allowedBatchSizes } = batching;
  const sizes = allowedBatchSizes.length === 0 ? '' : `/${allowedBatchSizes.join(',')}`;
  return `${maxBatchSize}/${batchTimeoutMicros}/${numBatchThreads}${sizes}`;
}

/** Which file parameters are for: that of the whole server, or `batching_params.pbtxt` of a version. */
export type ParametersFor = 'server' | 'version';

/**
 * A text BatchingParameters, as `--batching_parameters_file` takes it, or the folder of a version, where
 * `num_batch_threads` has no meaning.
 *
 * @param comment lines to begin with
 */
export function parametersFile(
  settings: BatchingSettings,
  maxEnqueuedBatches: number,
  comment: readonly string[] = [],
  isFor: ParametersFor = 'server',
): string {
  const { maxBatchSize, batchTimeoutMicros, numBatchThreads, allowedBatchSizes } = settings;
  const threads = `num_batch_threads { value: ${numBatchThreads} }`;
  return [
    ...comment.map((line) => `# ${line}`),
    `max_batch_size { value: ${maxBatchSize} }`,
    `batch_timeout_micros { value: ${batchTimeoutMicros} }`,
    isFor === 'server' ? threads : `# For the file of the server: ${threads}`,
    `max_enqueued_batches { value: ${maxEnqueuedBatches} }`,
    ...allowedBatchSizes.map((size) => `allowed_batch_sizes: ${size}`),
    '',
  ].join('\n');
}
