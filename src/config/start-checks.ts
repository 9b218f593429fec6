import { invalidArgument } from '../status/index.ts';
import type { Port } from './options.ts';

/** What the checks look at. */
export interface StartChecks {
  readonly port: Port;
  readonly grpcSocketPath: string;
  readonly useAltsCredentials: boolean;
  readonly sslConfigFile: string;
  readonly modelBasePath: string;
  readonly modelConfigFile: string;
}

/**
 * What TFS refuses before it reads or starts anything, in its order and words (spec 1.3, 1 to 3).
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkStart(options: StartChecks): void {
  if (options.port === 0 && options.grpcSocketPath === '') {
    throw invalidArgument(
      'At least one of server_options.grpc_port or server_options.grpc_socket_path must be set.',
      { cause: new Error('give --port=<port> or --grpc_socket_path=<path>') },
    );
  }
  if (options.useAltsCredentials && options.sslConfigFile !== '') {
    throw invalidArgument(
      'Either use_alts_credentials must be false or ssl_config_file must be empty.',
    );
  }
  if (options.modelBasePath === '' && options.modelConfigFile === '') {
    throw invalidArgument(
      'Both server_options.model_base_path and server_options.model_config_file are empty!',
      { cause: new Error('give --model_base_path=<folder> or --model_config_file=<file>') },
    );
  }
}

/**
 * Batching parameters without batching (spec 1.2, batching_parameters_file).
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkBatchingFlags(options: {
  readonly enableBatching: boolean;
  readonly batching: string;
  readonly batchingParametersFile: string;
  readonly platformConfigFile: string;
}): void {
  if (options.platformConfigFile !== '' || options.batching === 'auto') return;
  if (options.batchingParametersFile !== '' && !options.enableBatching) {
    throw invalidArgument(
      'server_options.batching_parameters_file is set without setting server_options.enable_batching to true.',
    );
  }
}

/**
 * Why REST cannot have the port it was given, in TFS's sense: gRPC has it already. The server
 * then logs this and goes on without REST (spec 1.2, rest_api_port).
 */
export function restPortConflict(options: {
  readonly port: Port;
  readonly restApiPort: Port;
}): string | null {
  if (typeof options.port !== 'number' || options.port === 0) return null;
  return options.port === options.restApiPort
    ? `--rest_api_port cannot be the same as --port (${options.port}): REST is off. Choose another port for it.`
    : null;
}
