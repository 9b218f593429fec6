import type { ServerOptions } from '../config/index.ts';
import type { Engine, InstallProgress } from '../engines/index.ts';
import {
  createTensorFlowEngine,
  ensureTensorFlowLibraries,
  findOpLibraries,
  formatBytes,
} from '../engines/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { rowsOf } from './worker-threads.ts';

/**
 * Makes the TensorFlow engine: finds the libraries, installs them first where there are none and
 * the options allow it, and loads them.
 *
 * @param sessionConfig of every session that has none of its own. @throws StatusError what is missing and what to do about it; CANCELLED by `signal`.
 */
export async function openEngine(
  options: ServerOptions,
  sessionConfig: Uint8Array,
  logger: Logger,
  signal: AbortSignal,
): Promise<Engine> {
  const how = { install: options.installEngine, progress: progressLog(logger), logger, signal };
  const libraryPath = options.tensorflowLibraryPath;
  const tensorFlow = await ensureTensorFlowLibraries({ ...how, libraryPath });
  const named = options.opLibrary.split(',');
  return await createTensorFlowEngine({
    libraryPaths: tensorFlow,
    opLibraries: await findOpLibraries({ ...how, named, tensorFlow }),
    sessionConfig,
    runThreads: options.engineThreads,
    maxQueuedRuns: options.maxQueuedRuns,
    maxThreads: rowsOf(options),
    gpuSettings: gpuSettingsOf(options),
    logger,
  });
}

/** The flags for GPUs that are on. */
function gpuSettingsOf(options: ServerOptions): string[] {
  return [
    ...(options.perProcessGpuMemoryFraction > 0 ? ['--per_process_gpu_memory_fraction'] : []),
    ...(options.xlaGpuCompilationEnabled ? ['--xla_gpu_compilation_enabled'] : []),
  ];
}

const phases = { download: 'Downloading', verify: 'Checking', unpack: 'Unpacking' } as const;

/** A line at the begin of each phase and for each tenth of it. */
function progressLog(logger: Logger): (progress: InstallProgress) => void {
  // That the download begins is said by the install itself.
  let last = 'download 0';
  return ({ phase, subject, doneBytes, totalBytes }) => {
    const tenth = totalBytes > 0 ? Math.floor((10 * doneBytes) / totalBytes) : 10;
    const key = `${phase} ${tenth}`;
    if (key === last) return;
    last = key;
    logger.info(`${phases[phase]} ${subject}: ${10 * tenth} % of ${formatBytes(totalBytes)}`);
  };
}
