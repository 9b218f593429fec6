import { realpath } from 'node:fs/promises';
import { failedPrecondition } from '../../status/index.ts';
import { openLibrary, pinLibrary } from '../ffi/index.ts';
import { bindTensorFlow, type TensorFlowApi } from './declarations.ts';

/** Where TensorFlow's two shared libraries are. */
export interface TensorFlowLibraryPaths {
  /** `libtensorflow_framework`, which the other one needs. */
  readonly framework: string;
  /** `libtensorflow_cc`, which holds the C API. */
  readonly cc: string;
}

/**
 * The TensorFlow of this thread. A process can hold only one: a second copy registers the same
 * messages and ops again and ends the process.
 */
let loaded: { readonly path: string; readonly api: Promise<TensorFlowApi> } | null = null;

/**
 * Loads TensorFlow into this thread, or returns what is loaded. The file cache cold, that takes up
 * to ten seconds off the event loop.
 *
 * TensorFlow reads its environment (`TF_CPP_MIN_LOG_LEVEL`, `TF_ENABLE_ONEDNN_OPTS` …) while it is
 * loaded: set it before, and on the main thread, whose `process.env` alone reaches native code.
 *
 * @throws StatusError FAILED_PRECONDITION where a library is missing or cannot be loaded, or where
 * TensorFlow was loaded from elsewhere.
 */
export async function loadTensorFlow({
  framework,
  cc,
}: TensorFlowLibraryPaths): Promise<TensorFlowApi> {
  const path = await realpath(cc).catch((error: unknown) => {
    throw failedPrecondition(`Cannot load the native library ${cc}: it is not there`, {
      cause: error,
    });
  });
  if (loaded === null) {
    const api = load(framework, cc);
    const attempt = { path, api };
    loaded = attempt;
    // A failed attempt may be repeated, with other paths too.
    api.catch(() => {
      if (loaded === attempt) loaded = null;
    });
  } else if (loaded.path !== path) {
    throw failedPrecondition(
      `TensorFlow is already loaded from ${loaded.path}; a process cannot load it from ${path} too`,
    );
  }
  return loaded.api;
}

async function load(framework: string, cc: string): Promise<TensorFlowApi> {
  await pinLibrary(framework);
  await pinLibrary(cc);
  return bindTensorFlow(openLibrary(cc));
}
