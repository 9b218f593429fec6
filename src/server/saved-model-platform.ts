import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform, ServerOptions } from '../config/index.ts';
import type { Engine } from '../engines/index.ts';
import type { LoadThreads, WarmupJob } from '../loading/index.ts';
import type { BatchModel, HandedOverModel, SavedModelSource } from '../servables/index.ts';
import { SavedModelLoader } from '../servables/index.ts';
import { StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { defaultMaxFilledBytes } from '../tensor/index.ts';
import type { WarmupResult } from '../warmup/index.ts';
import type { Batching } from './batching.ts';
import type { ModelPlatform } from './model-pipeline.ts';

export interface SavedModelPlatformOptions {
  readonly options: ServerOptions;
  readonly platforms: readonly Platform[];
  /** Runs the models. */
  readonly engine: Engine;
  /** Load the models and look into version directories. */
  readonly loadThreads: LoadThreads;
  readonly batching: Batching;
  readonly logger: Logger;
}

/** SavedModels: read, loaded and warmed up by load threads, then adopted by the engine. */
export function savedModelPlatform(given: SavedModelPlatformOptions): ModelPlatform {
  const { options, platforms, engine, loadThreads, logger } = given;
  const first = platforms[0]!;
  const named = (name: string) => platforms.find((platform) => platform.name === name) ?? first;
  // The engine's own sessions are those of the first.
  const isOfEngine = (platform: Platform) =>
    Buffer.compare(platform.sessionConfig, first.sessionConfig) === 0;
  return {
    makeLoader: (path, platformName, { name: model, version }) => {
      const platform = named(platformName);
      const optionsOf = () => given.batching.optionsFor(platform.name, model, path);
      const metadataOf = platform.tellsMetadata ? { model, version } : null;
      const warmup = warmupJob(options, platform);
      const loadModel = async (source: SavedModelSource): Promise<HandedOverModel> => {
        const batching = await optionsOf();
        const loaded = await loadThreads.load({ ...source, warmup, batching, metadataOf });
        await warnOfConfig(source.path, logger);
        if (loaded.warmup !== null) sayWarmup(source.path, loaded.warmup, logger);
        // It may have changed while the model was loaded.
        return { ...loaded, batching: await optionsOf() };
      };
      const sessionConfig = isOfEngine(platform) ? null : platform.sessionConfig;
      const source = { path, tags: platform.tags, sessionConfig };
      const { transientLoadBytes } = platform;
      const pool = given.batching.pool(platform.name);
      const batch: BatchModel = (loaded, options) => pool(loaded, options, optionsOf);
      return new SavedModelLoader({ source, engine, loadModel, batch, logger, transientLoadBytes });
    },
    checkComplete: async (path, platformName) => {
      try {
        return await loadThreads.check({ path, tags: named(platformName).tags });
      } catch (error) {
        return { complete: false, reason: StatusError.from(error).message };
      }
    },
  };
}

/** How recorded requests are replayed (spec 8); null: they are not. */
function warmupJob(
  options: ServerOptions,
  { warmupIterations: iterations, warmupAtOnce: atOnce, warmsAllBatchSizes: inAllSizes }: Platform,
): WarmupJob | null {
  if (iterations === null) return null;
  return {
    ...{ iterations, atOnce, inAllSizes },
    checkShapes: options.checkTensorShapes,
    checkMethodName: options.enableSignatureMethodNameCheck,
    maxFilledBytes: defaultMaxFilledBytes,
  };
}

/** A version may ask for sessions of its own kind (spec 2.3), which there are not. */
async function warnOfConfig(version: string, logger: Logger): Promise<void> {
  const file = join(version, 'assets.extra', 'saved_model_config.pb');
  const isThere = await stat(file).then(
    () => true,
    () => false,
  );
  if (isThere) logger.warn(`${file} has no effect: versions have no sessions of their own kind.`);
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
