import type { SpecText } from './spec-text.ts';

const libraryOnly = 'an option of the library that no flag or file sets';

/** Of flags, configuration files and reloads (spec 1 to 3, 9). */
export const startTexts: readonly SpecText[] = [
  {
    id: 'flag-value',
    section: '1.1',
    text: "Couldn't interpret value <v> for flag <name>.",
    better: "Couldn't interpret value <v> for flag <name>. It must be <what>.",
  },
  { id: 'flag-unknown', section: '1.1', text: 'unknown argument: <first one>' },
  {
    id: 'rest-port',
    section: '1.2',
    text: 'Failed to start HTTP Server at localhost:<p>',
    better: 'Port <p> on <host> is already in use: <what to do> with --rest_api_port',
  },
  {
    id: 'batching-file',
    section: '1.2',
    text: 'server_options.batching_parameters_file is set without setting server_options.enable_batching to true.',
  },
  {
    id: 'parallelism',
    section: '1.2',
    text: 'Either configure server_options.tensorflow_session_parallelism or (server_options.tensorflow_intra_op_parallelism, server_options.tensorflow_inter_op_parallelism) separately. You cannot configure all.',
  },
  {
    id: 'start-port',
    section: '1.3',
    text: 'At least one of server_options.grpc_port or server_options.grpc_socket_path must be set.',
  },
  {
    id: 'start-alts',
    section: '1.3',
    text: 'Either use_alts_credentials must be false or ssl_config_file must be empty.',
  },
  {
    id: 'start-empty',
    section: '1.3',
    text: 'Both server_options.model_base_path and server_options.model_config_file are empty!',
  },
  {
    id: 'start-grpc',
    section: '1.3',
    text: 'Failed to BuildAndStart gRPC server',
    better: 'Port <p> on <host> is already in use: <what to do> with --port',
  },
  { id: 'start-unreadable-file', section: '1.3', text: '<path>; No such file or directory' },
  { id: 'start-invalid-file', section: '1.3', text: "Invalid protobuf file: '<path>'" },
  {
    id: 'config-duplicate',
    section: '2.2',
    text: 'Illegal to list model <n> multiple times in config list',
  },
  {
    id: 'config-relative',
    section: '2.2',
    text: 'Expected model <n> to have an absolute path or URI; got base_path()=<p>',
  },
  {
    id: 'config-platform-change',
    section: '2.2',
    text: "Illegal to change a model's platform. For model <n> platform was <old> and new platform requested is <new>",
  },
  {
    id: 'config-type-and-platform',
    section: '2.2',
    text: 'Illegal setting both ModelServerConfig::model_type (deprecated) and ModelServerConfig::model_platform, model name is <n>',
  },
  {
    id: 'config-no-platform',
    section: '2.2',
    text: 'Illegal setting neither ModelServerConfig::model_type (deprecated) nor ModelServerConfig::model_platform, model name is <n>',
  },
  {
    id: 'config-type',
    section: '2.2',
    text: 'ModelServerConfig::model_type choice <k> not supported.',
  },
  { id: 'config-platform', section: '2.2', text: 'Model <n> requests unsupported platform <p>' },
  {
    id: 'platform-factory',
    section: '2.3',
    text: "Couldn't find factory for config proto message type <t>",
  },
  {
    id: 'platform-entry',
    section: '2.3',
    text: 'PlatformConfigMap has no entry for platform <p>',
    unreachable: 'a model of such a platform is refused before: requests unsupported platform',
  },
  {
    id: 'saved-model-config',
    section: '2.3',
    text: 'Saved model config functionality is not implemented.',
  },
  {
    id: 'reload-transition',
    section: '2.5',
    text: 'Cannot transition to requested config. It is only legal to transition from one ModelConfigList to another.',
  },
  {
    id: 'reload-failed',
    section: '2.5',
    text: '<k> model(s) did not become available: {{{name: <n> version: <v>} due to error: <STATUS>}, }',
  },
  { id: 'poll-unreadable', section: '2.5', text: 'Failed to read ModelServerConfig file: <msg>' },
  {
    id: 'poll-refused',
    section: '2.5',
    text: 'PollFilesystemAndReloadConfig failed to ReloadConfig: <msg>',
  },
  {
    id: 'reload-kind',
    section: '2.6',
    text: 'ServerModelConfig type not supported by HandleReloadConfigRequest. Only ModelConfigList is currently supported',
  },
  {
    id: 'versions-duplicate',
    section: '3',
    text: 'Duplicate version directories detected. Version <v> will be loaded from <a>, <b> will be ignored.',
  },
  {
    id: 'versions-specific',
    section: '3',
    text: "Version <v> of servable <n>, which was requested to be served as a 'specific' version in the servable's version policy, was not found in the file system",
  },
  {
    id: 'versions-none',
    section: '3',
    text: "No versions of servable <n> found under base path <p>. Did you forget to name your leaf directory as a number (eg. '/1/')?",
  },
  {
    id: 'base-path',
    section: '3',
    text: 'Could not find base path <p> for servable <n> with error <STATUS>',
  },
  {
    id: 'file-system',
    section: '3',
    text: 'FileSystemStoragePathSource encountered a filesystem access error: <msg>',
  },
  {
    id: 'versions-kept',
    section: '3',
    text: 'Refusing to unload all versions for Servable: <n>',
  },
  {
    id: 'versions-zero',
    section: '3',
    text: 'Unable to find a numerical version path for servable <n> at: <p>',
    unreachable: libraryOnly,
  },
  {
    id: 'poll-period',
    section: '3',
    text: 'Changing file_system_poll_wait_seconds is not supported',
    unreachable: libraryOnly,
  },
  {
    id: 'no-request-logger',
    section: '9',
    text: 'No request-logger-creator provided.',
    unreachable: 'requests are logged, by the table in docs/compatibility.md',
  },
  {
    id: 'log-collector',
    section: '9',
    text: 'Cannot find LogCollector::Factory for type: <t>',
  },
];
