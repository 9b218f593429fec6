import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  ModelOptions_Batching,
  ReloadConfigRequestSchema,
  ReloadConfigResponseSchema,
} from '../../src/proto/index.ts';
import { GrpcClient } from '../../test/support/grpc-client.ts';
import { modelFlags } from '../../test/support/server.ts';
import { type ServedSubject, serval } from './contestants.ts';
import type { Interview } from './interview.ts';
import type { BenchContext } from './method.ts';
import type { Contestant } from './subject.ts';

/** Batches of a fixed size, as parameters of TensorFlow Serving make them. */
export interface FixedBatches {
  readonly size: number;
  /** Batches that run at once, of which the start decides. */
  readonly threads: number;
  /** How long a batch that is not full waits. */
  readonly timeoutMs: number;
}

/** A server whose batches can be changed while it is up. */
export interface RetunableSubject extends ServedSubject {
  /** From now on batches are like this; its `threads` must be those of the start. @throws Error. */
  retune(given: FixedBatches): Promise<void>;
}

export function fixedText({ size, threads, timeoutMs }: FixedBatches): string {
  const wait = timeoutMs === 0 ? '' : `, waiting ${timeoutMs} ms`;
  return `batches of ${size}, ${threads} at once${wait}`;
}

/** Serval with batches of a fixed size, labelled with {@link fixedText}. */
export function withFixedBatches(
  context: BenchContext,
  interview: Interview,
  model: { readonly name: string; readonly folder: string },
  given: FixedBatches,
): Contestant<RetunableSubject> {
  return {
    label: fixedText(given),
    async open() {
      const file = path.join(model.folder, `batching-${given.threads}.config`);
      await writeFile(file, parameters(given));
      const batching = ['--enable_batching', `--batching_parameters_file=${file}`];
      const flags = [...modelFlags(model.name, model.folder), ...batching];
      const subject = await serval(context, interview, flags).open();
      return {
        ...subject,
        async retune(other) {
          if (other.threads !== given.threads) throw new Error('they are fixed at the start');
          await writeFile(file, parameters(other));
          await reloadModel(subject.server.ports.grpc, model);
        },
      };
    },
  };
}

function parameters({ size, threads, timeoutMs }: FixedBatches): string {
  return [
    `max_batch_size { value: ${size} }`,
    `batch_timeout_micros { value: ${1000 * timeoutMs} }`,
    'max_enqueued_batches { value: 1000 }',
    `num_batch_threads { value: ${threads} }`,
  ].join('\n');
}

/**
 * Asks for the same model again, with which the server reads its batching parameters anew.
 *
 * @param batching of the model alone; by default as the server's flags say. @throws Error where it is refused
 */
export async function reloadModel(
  port: number,
  model: { readonly name: string; readonly folder: string },
  batching: ModelOptions_Batching = ModelOptions_Batching.BATCHING_UNSPECIFIED,
): Promise<void> {
  const client = new GrpcClient(`127.0.0.1:${port}`);
  const { name, folder: basePath } = model;
  const config = [{ name, basePath, modelPlatform: 'tensorflow', serval: { batching } }];
  try {
    const { status } = await client.call(
      '/tensorflow.serving.ModelService/HandleReloadConfigRequest',
      ReloadConfigRequestSchema,
      ReloadConfigResponseSchema,
      { config: { config: { case: 'modelConfigList', value: { config } } } },
    );
    if ((status?.errorCode ?? 0) !== 0) throw new Error(status?.errorMessage);
  } finally {
    client.close();
  }
}
