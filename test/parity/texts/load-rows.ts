/** A model that cannot be loaded, and the status of its version 1. */
export interface LoadRow {
  /** Of a text in `spec/`; a word behind `#` tells rows of one text apart. */
  readonly key: string;
  /** Of `unloadable-models.ts`. */
  readonly model: string;
  readonly code: string;
  /** `PATH` stands for the path of the version. */
  readonly text: string;
}

const advice = 'Please verify your warmup data is in TFRecord format.';

const ofModel = (key: string, text: string, code = 'DATA_LOSS'): LoadRow => ({
  key,
  model: key.replaceAll('-', '_'),
  code,
  text,
});
const ofParameters = (key: string, text: string): LoadRow => ofModel(key, text, 'INVALID_ARGUMENT');

/** Of loads (spec 4.5, 7.2, 8, 11.1, 11.2). */
export const loadRows: readonly LoadRow[] = [
  {
    key: 'load-resources',
    model: 'huge',
    code: 'RESOURCE_EXHAUSTED',
    text: 'Insufficient resources to load servable {name: huge version: 1}',
  },
  {
    key: 'load-cancelled',
    model: 'late',
    code: 'CANCELLED',
    text: 'Loading of servable cancelled',
  },
  {
    key: 'warmup-type',
    model: 'warmup_session_run',
    code: 'UNIMPLEMENTED',
    text: 'Unsupported log_type for warmup: 5',
  },
  ofModel(
    'warmup-limit',
    'Number of warmup records exceeds the maximum (1000) at PATH/assets.extra/tf_serving_warmup_requests',
    'INVALID_ARGUMENT',
  ),
  {
    key: 'warmup-parse',
    model: 'warmup_bad_proto',
    code: 'INVALID_ARGUMENT',
    text: 'Failed to parse warmup record:     not a proto from PATH/assets.extra/tf_serving_warmup_requests',
  },
  {
    key: 'warmup-format',
    model: 'warmup_not_records',
    code: 'DATA_LOSS',
    text: `corrupted record at 0 (Is this even a TFRecord file?). ${advice}`,
  },
  ofModel('warmup-record-at-12', `corrupted record at 12. ${advice}`),
  ofModel(
    'warmup-truncated',
    `truncated record at 0' failed with Read less bytes than requested. ${advice}`,
  ),
  {
    key: 'no-saved-model',
    model: 'no_saved_model',
    code: 'NOT_FOUND',
    text: 'Specified file path does not appear to contain a SavedModel bundle (should have a file called `saved_model.pb`)\nSpecified file path: PATH',
  },
  {
    key: 'no-session-bundle',
    model: 'session_bundle',
    code: 'UNIMPLEMENTED',
    text: 'Session Bundle is deprecated and removed.',
  },
  {
    key: 'no-tags',
    model: 'wrong_tags',
    code: 'NOT_FOUND',
    text: 'Could not find meta graph def matching supplied tags: { serve }. To inspect available tag-sets in the SavedModel, please use the SavedModel CLI: `saved_model_cli`',
  },
  ofParameters(
    'batch-sizes',
    'Last entry in allowed_batch_sizes must match max_batch_size; last entry was 4; expected 1000',
  ),
  ofParameters('batch-limit', 'input_batch_size_limit must be positive; was 0'),
  ofParameters('batch-timeout', 'batch_timeout_micros must be non-negative; was -1'),
  ofParameters('batch-queue', 'max_enqueued_batches must be positive; was 0'),
  ofParameters(
    'batch-splitting',
    'When enable_large_batch_splitting is true, input_batch_size_limit must be greater than or equal to max_execution_batch_size.',
  ),
];
