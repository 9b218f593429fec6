import type { Engine } from '../engines/index.ts';
import {
  createProgressDisplay,
  createTensorFlowEngine,
  ensureTensorFlowLibraries,
  findOpLibraries,
} from '../engines/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { interruptible } from './interruptible.ts';
import { prepareProcess } from './process-environment.ts';
import type { Terminal } from './terminal.ts';

/** Where the TensorFlow libraries come from. */
export interface LibraryChoice {
  /** Their folder; empty: they are searched for. */
  readonly path: string;
  /** Op libraries and packages of ops, separated by commas; empty: those that are installed. */
  readonly ops: string;
  /** Whether to install them where there are none. */
  readonly install: boolean;
}

/**
 * The TensorFlow engine for one run, with its libraries installed first where there are none and
 * that is allowed.
 *
 * @throws StatusError what is missing and what to do about it.
 */
export async function openEngine(
  choice: LibraryChoice,
  terminal: Terminal,
  logger: Logger,
): Promise<Engine> {
  prepareProcess({ engineThreads: 1, logLevel: 'error' });
  const { libraryPaths, opLibraries } = await interruptible(async (signal) => {
    const { install } = choice;
    const how = { install, progress: createProgressDisplay(terminal.errors), signal };
    const tensorFlow = await ensureTensorFlowLibraries({ ...how, libraryPath: choice.path });
    const named = choice.ops.split(',');
    return {
      libraryPaths: tensorFlow,
      opLibraries: await findOpLibraries({ ...how, named, tensorFlow }),
    };
  });
  return await createTensorFlowEngine({
    libraryPaths,
    opLibraries,
    sessionConfig: new Uint8Array(),
    runThreads: 1,
    maxQueuedRuns: 1,
    logger,
  });
}
