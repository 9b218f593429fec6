import { Code, StatusError } from '../../../status/index.ts';
import { type InstallOptions, installTensorFlow } from './install.ts';
import {
  type LocateOptions,
  locateTensorFlowLibraries,
  type TensorFlowLibraries,
} from './locate.ts';

export interface EnsureOptions extends LocateOptions, InstallOptions {
  /** Whether to install the libraries where none are found. */
  readonly install: boolean;
}

/**
 * What a start needs: finds the TensorFlow libraries and, where there are none and `install` says
 * so, puts them into the cache first.
 *
 * @throws StatusError as {@link locateTensorFlowLibraries} and {@link installTensorFlow} do.
 */
export async function ensureTensorFlowLibraries(
  options: EnsureOptions,
): Promise<TensorFlowLibraries> {
  try {
    return await locateTensorFlowLibraries(options);
  } catch (error) {
    const missing = error instanceof StatusError && error.code === Code.NOT_FOUND;
    if (!missing || !options.install) throw error;
  }
  await installTensorFlow(options);
  return locateTensorFlowLibraries(options);
}
