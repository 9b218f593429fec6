import {
  createTensorFlowEngine,
  type LoadedModel,
  locateTensorFlowLibraries,
} from '../../../src/engines/index.ts';
import { readSavedModel } from '../../../src/saved-model/index.ts';
import { MemoryLogger } from '../../../src/telemetry/testing/memory-logger.ts';

/** Loads a version directory by the engine alone, without a server around it. */
export async function openModel(path: string): Promise<LoadedModel> {
  const engine = await createTensorFlowEngine({
    libraryPaths: await locateTensorFlowLibraries(),
    sessionConfig: new Uint8Array(0),
    runThreads: 4,
    maxQueuedRuns: 16,
    logger: new MemoryLogger(),
  });
  const { signatures } = await readSavedModel(path, ['serve']);
  return await engine.load({ path, tags: ['serve'], signatures });
}
