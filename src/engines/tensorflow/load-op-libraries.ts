import { StatusError } from '../../status/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { callAsync } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import type { OpLibrary } from './install/op-libraries.ts';
import { errorOf, newStatus } from './status.ts';

/**
 * Loads libraries of custom ops into TensorFlow, for all threads of the process and until its end:
 * before the registry is read, and before any model is loaded. One that was loaded before stays as
 * it is. Off the event loop.
 *
 * @throws StatusError the file and TensorFlow's own text, for a required library. One that is not
 * is logged and left out.
 */
export async function loadOpLibraries(
  api: TensorFlowApi,
  libraries: readonly OpLibrary[],
  logger: Logger,
): Promise<void> {
  const status = newStatus(api);
  try {
    for (const { path, isRequired } of libraries) {
      const handle = await callAsync(api.TF_LoadLibrary, path, status.address);
      if (handle !== 0) api.TF_DeleteLibraryHandle(handle);
      const error = errorOf(api, status.address);
      if (error === null) logger.debug('An op library is loaded', { path });
      else if (isRequired) throw cannotLoad(path, error);
      else logger.error('Going on without an op library', { error: cannotLoad(path, error) });
    }
  } finally {
    status.close();
  }
}

function cannotLoad(path: string, error: StatusError): StatusError {
  const { code, message } = error;
  return new StatusError(code, `Cannot load the op library ${path}: ${message}`, { cause: error });
}
