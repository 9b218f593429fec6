import { create, toBinary } from '@bufbuild/protobuf';
import {
  type ModelServerConfig,
  ReloadConfigRequestSchema,
  ReloadConfigResponseSchema,
} from '../../../proto/index.ts';
import { Code, invalidArgument } from '../../../status/index.ts';
import type { Bytes } from '../../../util/index.ts';
import type { CallContext } from '../method.ts';
import { readMessage } from './messages.ts';

/** Replaces the server's model config while it serves. */
export interface ModelReload {
  /**
   * Makes `config` the whole list of models, by the rules of spec 2.5. Resolves once every model
   * that it newly names is available; calls that overlap take their turns.
   *
   * @param config a list of models, not checked otherwise; not used after the promise is settled.
   * @param signal aborted when nobody waits for the outcome any more: the promise rejects with its
   *   reason, and what the reload has begun goes on.
   * @throws StatusError why the config is refused, or which models did not become available.
   */
  reload(config: ModelServerConfig, signal: AbortSignal): Promise<void>;
}

export interface ReloadOptions {
  readonly reload: ModelReload;
  /**
   * The first value of a metric by its name in the registry (`/tensorflow/serving/request_count`);
   * null where there is none, or none that is an integer.
   */
  readonly metricValue: (name: string) => bigint | null | Promise<bigint | null>;
}

/**
 * `HandleReloadConfigRequest` (spec 2.6), from a serialized request to a serialized response with
 * what each named metric has gained meanwhile, 0 for one that is unknown.
 *
 * A client that cancels, or whose deadline passes, only stops waiting: the reload is not undone and
 * goes on. `GetModelStatus` tells what becomes of it.
 *
 * @throws StatusError INVALID_ARGUMENT for a config that is no list, also where none is set; else
 *   what {@link ModelReload.reload} throws
 */
export async function handleReloadConfig(
  { reload, metricValue }: ReloadOptions,
  message: Bytes,
  call: CallContext,
): Promise<Uint8Array> {
  const { config, metricNames } = readMessage(ReloadConfigRequestSchema, message);
  if (config?.config.case !== 'modelConfigList') {
    throw invalidArgument(
      'ServerModelConfig type not supported by HandleReloadConfigRequest. Only ModelConfigList is currently supported',
    );
  }
  const names = [...new Set(metricNames)];
  const read = () => Promise.all(names.map(async (name) => (await metricValue(name)) ?? 0n));
  // Without names the reload begins at once.
  const before = names.length === 0 ? [] : await read();
  await reload.reload(config, call.signal);
  const after = await read();
  const response = create(ReloadConfigResponseSchema, {
    status: { errorCode: Code.OK },
    metric: names.map((name, i) => ({
      name,
      valueIncrease: { case: 'int64ValueIncrease' as const, value: after[i]! - before[i]! },
    })),
  });
  return toBinary(ReloadConfigResponseSchema, response);
}
