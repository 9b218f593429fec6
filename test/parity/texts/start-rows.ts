/** A start that fails, and what it says. */
export interface StartRow {
  /** Of a text in `spec/`; a word behind `#` tells rows of one text apart. */
  readonly key: string;
  /** `TAKEN` stands for a port that somebody else listens on. */
  readonly flags?: readonly string[];
  /** Contents of files, by the flag that names the file. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of the error; null for a line of its own. */
  readonly code: string | null;
  /** Exact, but for a hint in brackets behind it; `FILE` stands for the path of the only file. */
  readonly text: string;
}

const invalid = (
  key: string,
  flags: readonly string[],
  text: string,
  code = 'INVALID_ARGUMENT',
): StartRow => ({ key, flags, code, text });

const ofFile = (
  key: string,
  flag: string,
  content: string,
  text: string,
  code = 'INVALID_ARGUMENT',
): StartRow => ({ key, files: { [flag]: content }, code, text });

const models = (key: string, list: string, text: string, code?: string): StartRow =>
  ofFile(key, 'model_config_file', `model_config_list { ${list} }`, text, code);

const a = 'name: "a" base_path: "/nowhere"';
const tensorflow = 'model_platform: "tensorflow"';

const platform = (key: string, adapter: string, text: string, code?: string): StartRow =>
  ofFile(
    key,
    'platform_config_file',
    `platform_configs { key: "tensorflow" value { source_adapter_config { ${adapter} } } }`,
    text,
    code,
  );
const bundle = 'type.googleapis.com/tensorflow.serving.SavedModelBundleSourceAdapterConfig';

const unreadable = (flag: string): StartRow =>
  invalid(
    `start-unreadable-file#${flag}`,
    [`--${flag}=/nowhere/file`],
    '/nowhere/file; No such file or directory',
    'NOT_FOUND',
  );
const unparsable = (flag: string): StartRow =>
  ofFile(`start-invalid-file#${flag}`, flag, '{', "Invalid protobuf file: 'FILE'");

/** Of starts that fail (spec 1.1, 1.2, 1.3, 2.2, 2.3, 4.6, 4.9, 9). */
export const startRows: readonly StartRow[] = [
  {
    key: 'flag-value',
    flags: ['--port=8500x'],
    code: null,
    text: "Couldn't interpret value 8500x for flag port. It must be a whole number of 32 bits.",
  },
  {
    key: 'flag-value#bool',
    flags: ['--enable_batching=maybe'],
    code: null,
    text: "Couldn't interpret value maybe for flag enable_batching. It must be true or false.",
  },
  invalid(
    'batching-file',
    ['--batching_parameters_file=/nowhere/file'],
    'server_options.batching_parameters_file is set without setting server_options.enable_batching to true.',
  ),
  invalid(
    'parallelism',
    [
      '--tensorflow_session_parallelism=1',
      '--tensorflow_intra_op_parallelism=1',
      '--tensorflow_inter_op_parallelism=1',
    ],
    'Either configure server_options.tensorflow_session_parallelism or (server_options.tensorflow_intra_op_parallelism, server_options.tensorflow_inter_op_parallelism) separately. You cannot configure all.',
  ),
  invalid(
    'start-port',
    ['--port=0'],
    'At least one of server_options.grpc_port or server_options.grpc_socket_path must be set.',
  ),
  invalid(
    'start-alts',
    ['--use_alts_credentials', '--ssl_config_file=/nowhere/file'],
    'Either use_alts_credentials must be false or ssl_config_file must be empty.',
  ),
  invalid(
    'start-empty',
    ['--model_config_file='],
    'Both server_options.model_base_path and server_options.model_config_file are empty!',
  ),
  invalid(
    'start-grpc',
    ['--port=TAKEN'],
    'Port TAKEN on 0.0.0.0 is already in use: stop the process that listens there or choose another port with --port',
    'UNAVAILABLE',
  ),
  invalid(
    'rest-port',
    ['--rest_api_port=TAKEN'],
    'Port TAKEN on :: is already in use: stop the process that listens there or choose another port with --rest_api_port',
    'UNAVAILABLE',
  ),
  unreadable('model_config_file'),
  unparsable('model_config_file'),
  unreadable('monitoring_config_file'),
  unparsable('platform_config_file'),
  unreadable('ssl_config_file'),
  unparsable('tensorflow_session_config_file'),
  models(
    'config-duplicate#start',
    `config { ${a} ${tensorflow} } config { ${a} ${tensorflow} }`,
    'Illegal to list model a multiple times in config list',
  ),
  models(
    'config-relative#start',
    `config { name: "a" base_path: "b/c" ${tensorflow} }`,
    'Expected model a to have an absolute path or URI; got base_path()=b/c',
  ),
  models(
    'config-type-and-platform#start',
    `config { ${a} ${tensorflow} model_type: TENSORFLOW }`,
    'Illegal setting both ModelServerConfig::model_type (deprecated) and ModelServerConfig::model_platform, model name is a',
  ),
  models(
    'config-no-platform#start',
    `config { ${a} }`,
    'Illegal setting neither ModelServerConfig::model_type (deprecated) nor ModelServerConfig::model_platform, model name is a',
  ),
  models(
    'config-type#start',
    `config { ${a} model_type: OTHER }`,
    'ModelServerConfig::model_type choice 2 not supported.',
  ),
  models(
    'config-platform#start',
    `config { ${a} model_platform: "zz" }`,
    'Model a requests unsupported platform zz',
  ),
  models(
    'label-unavailable#start',
    `config { ${a} ${tensorflow} version_labels { key: "stable" value: 7 } }`,
    'Request to assign label to version 7 of model a, which is not currently available for inference',
    'FAILED_PRECONDITION',
  ),
  models(
    'log-collector',
    `config { ${a} ${tensorflow} logging_config { log_collector_config { type: "zz" } } }`,
    'Cannot find LogCollector::Factory for type: zz',
    'NOT_FOUND',
  ),
  platform(
    'platform-factory',
    '[type.googleapis.com/tensorflow.serving.SessionBundleConfig] {}',
    'Couldn\'t find factory for config proto message type tensorflow.serving.SessionBundleConfig config=type_url: "type.googleapis.com/tensorflow.serving.SessionBundleConfig"',
  ),
  platform(
    'saved-model-config',
    `[${bundle}] { legacy_config { enable_saved_model_config: true } }`,
    'Saved model config functionality is not implemented.',
    'UNIMPLEMENTED',
  ),
  invalid(
    'start-failed',
    ['--model_config_file=', '--model_name=m', '--model_base_path=BROKEN/wrong_tags'],
    '1 servable(s) did not become available: {{{name: m version: 1} due to error: NOT_FOUND: Could not find meta graph def matching supplied tags: { serve }. To inspect available tag-sets in the SavedModel, please use the SavedModel CLI: `saved_model_cli`}, }',
    'UNKNOWN',
  ),
  {
    ...ofFile(
      'batch-threads',
      'batching_parameters_file',
      'num_batch_threads { value: 0 }',
      'num_batch_threads must be positive; was 0',
    ),
    flags: ['--enable_batching'],
  },
];
