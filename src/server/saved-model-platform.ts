import type { ServerOptions } from '../config/index.ts';
import type { Engine } from '../engines/index.ts';
import type { LoadThreads, WarmupJob } from '../loading/index.ts';
import type { HandedOverModel, SavedModelSource } from '../servables/index.ts';
import { SavedModelLoader } from '../servables/index.ts';
import { StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { defaultMaxFilledBytes } from '../tensor/index.ts';
import type { WarmupResult } from '../warmup/index.ts';
import type { ModelPlatform } from './model-pipeline.ts';

export interface SavedModelPlatformOptions {
  readonly options: ServerOptions;
  /** Runs the models. */
  readonly engine: Engine;
  /** Load the models and look into version directories. */
  readonly loadThreads: LoadThreads;
  readonly logger: Logger;
}

/** SavedModels: read, loaded and warmed up by load threads, then adopted by the engine. */
export function savedModelPlatform(given: SavedModelPlatformOptions): ModelPlatform {
  const { options, engine, loadThreads, logger } = given;
  const tags = options.savedModelTags;
  const warmup = warmupJob(options);
  const loadModel = async (source: SavedModelSource): Promise<HandedOverModel> => {
    const loaded = await loadThreads.load({ ...source, warmup });
    if (loaded.warmup !== null) sayWarmup(source.path, loaded.warmup, logger);
    return loaded;
  };
  return {
    makeLoader: (path) =>
      new SavedModelLoader({ source: { path, tags }, engine, loadModel, logger }),
    checkComplete: async (path) => {
      try {
        return await loadThreads.check({ path, tags });
      } catch (error) {
        return { complete: false, reason: StatusError.from(error).message };
      }
    },
  };
}

/** How recorded requests are replayed (spec 8); null: they are not. */
function warmupJob(options: ServerOptions): WarmupJob | null {
  if (!options.enableModelWarmup) return null;
  return {
    iterations: options.numRequestIterationsForWarmup,
    checkShapes: options.checkTensorShapes,
    checkMethodName: options.enableSignatureMethodNameCheck,
    maxFilledBytes: defaultMaxFilledBytes,
  };
}

function sayWarmup(path: string, warmup: WarmupResult, logger: Logger): void {
  const { records, cutAt, milliseconds } = warmup;
  if (cutAt !== null) {
    logger.warn(`The warmup records at ${path} end within a record, at byte ${cutAt}`);
  }
  if (records === 0) return;
  logger.info(`Replayed ${records} warmup records on the model at ${path}`, {
    milliseconds: Math.round(milliseconds),
  });
}
