import { availableParallelism } from 'node:os';
import path from 'node:path';
import { create } from '@bufbuild/protobuf';
import { type BatchingParameters, BatchingParametersSchema } from '../../proto/index.ts';
import { Code, invalidArgument, StatusError } from '../../status/index.ts';
import type { ServerOptions } from '../options.ts';
import { type BatchingOptions, compileBatching } from './batching-options.ts';
import { readTextProtoFile } from './text-proto-file.ts';

/** How the requests of a platform's models are batched. */
export interface PlatformBatching {
  /** Batches of all its models that may run at once. */
  readonly threads: number;
  /**
   * How those of one version are batched; null: not at all. To be asked as it is loaded, since what is wrong
   * with the parameters fails the load (spec 7.2).
   *
   * @param directory absolute path of the version
   * @throws StatusError what is wrong with its parameters
   */
  optionsFor(directory: string): Promise<BatchingOptions | null>;
}

/** The parameters where none are given. */
export const defaultBatching = (): BatchingOptions =>
  compileBatching(create(BatchingParametersSchema));

/** The file in a version directory that has its parameters. */
const versionFile = 'batching_params.pbtxt';

/**
 * What flags say of batching (spec 1.2); null: requests are not batched.
 *
 * @throws StatusError as `readTextProtoFile` does; INVALID_ARGUMENT for a number of threads below 1
 */
export async function readBatching(
  options: Pick<
    ServerOptions,
    'enableBatching' | 'batching' | 'batchingParametersFile' | 'enablePerModelBatchingParameters'
  >,
): Promise<PlatformBatching | null> {
  const { enableBatching, batching, batchingParametersFile: file } = options;
  if (!enableBatching && batching !== 'auto') return null;
  const parameters =
    file === ''
      ? create(BatchingParametersSchema)
      : await readTextProtoFile(BatchingParametersSchema, file);
  return platformBatching(parameters, options.enablePerModelBatchingParameters);
}

/**
 * @param perVersion whether each version has parameters of its own, in a file, or is not batched
 * @throws StatusError INVALID_ARGUMENT for a number of threads below 1
 */
export function platformBatching(
  parameters: BatchingParameters,
  perVersion: boolean,
): PlatformBatching {
  const threads = Number(parameters.numBatchThreads ?? availableParallelism());
  if (threads <= 0) throw invalidArgument(`num_batch_threads must be positive; was ${threads}`);
  return {
    threads,
    optionsFor: perVersion ? ofVersion : async () => compileBatching(parameters),
  };
}

async function ofVersion(directory: string): Promise<BatchingOptions | null> {
  try {
    const file = path.join(directory, versionFile);
    return compileBatching(await readTextProtoFile(BatchingParametersSchema, file));
  } catch (error) {
    if (error instanceof StatusError && error.code === Code.NOT_FOUND) return null;
    throw error;
  }
}
