import { WireReader, WireType, wireTag } from '../../util/index.ts';
import { Handle } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import { newStatus, throwIfError } from './status.ts';

/** `tensorflow.ConfigProto` (config.proto). */
const usePerSessionThreadsTag = wireTag(9, WireType.VARINT);
const sessionInterOpThreadPoolTag = wireTag(12, WireType.LENGTH);

/**
 * Session options from a serialized `tensorflow.ConfigProto`, to be closed by the caller.
 *
 * @throws StatusError INVALID_ARGUMENT where it is none.
 */
export function newSessionOptions(api: TensorFlowApi, config: Uint8Array): Handle {
  const options = new Handle('TF_SessionOptions', api.TF_NewSessionOptions(), (address) =>
    api.TF_DeleteSessionOptions(address),
  );
  const status = newStatus(api);
  try {
    api.TF_SetConfig(options.address, config, config.length, status.address);
    throwIfError(api, status.address);
    return options;
  } catch (error) {
    options.close();
    throw error;
  } finally {
    status.close();
  }
}

/**
 * Whether sessions of this configuration have threads of their own, where by default all of a
 * process share two pools. A session starts them while it is made.
 *
 * @param environment the real one: it alone can give each session an intra-op pool.
 * @throws StatusError INVALID_ARGUMENT where `config` is no ConfigProto.
 */
export function sessionsOwnThreads(config: Uint8Array, environment: NodeJS.ProcessEnv): boolean {
  if (/^(1|true)$/i.test(environment.TF_OVERRIDE_GLOBAL_THREADPOOL ?? '')) return true;
  let usePerSessionThreads = false;
  const reader = new WireReader(config);
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === sessionInterOpThreadPoolTag) return true;
    if (tag === usePerSessionThreadsTag) usePerSessionThreads = reader.bool();
    else reader.skip(tag);
  }
  return usePerSessionThreads;
}
