import type { Engine } from '../engines/index.ts';
import {
  createProgressDisplay,
  createTensorFlowEngine,
  ensureTensorFlowLibraries,
} from '../engines/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { prepareProcess } from './process-environment.ts';
import type { Terminal } from './terminal.ts';

/**
 * The TensorFlow engine for one run, with its libraries installed first where there are none.
 *
 * @throws StatusError what is missing and what to do about it.
 */
export async function openEngine(
  libraryPath: string,
  terminal: Terminal,
  logger: Logger,
): Promise<Engine> {
  prepareProcess({ engineThreads: 1, logLevel: 'error' });
  const libraries = await ensureTensorFlowLibraries({
    libraryPath,
    install: true,
    progress: createProgressDisplay(terminal.errors),
  });
  return await createTensorFlowEngine({
    libraryPaths: libraries,
    sessionConfig: new Uint8Array(),
    runThreads: 1,
    maxQueuedRuns: 1,
    logger,
  });
}
