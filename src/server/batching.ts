import {
  type BatchingOptions,
  defaultBatching,
  type ModelConfig,
  type Platform,
  type ServerOptions,
} from '../config/index.ts';
import type { RunModel } from '../data-plane/index.ts';
import type { Refusals } from '../protocol/index.ts';
import { Batcher, type BatchModel, type BatchPool } from '../servables/index.ts';
import { StatusError } from '../status/index.ts';
import type { Logger, ThreadMetrics } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import { ThreadBatches } from './thread-batches.ts';

export interface BatchingSettings {
  /** `engineThreads` run at once: a batch that would wait there had better wait for more requests; `maxQueuedRuns` may. */
  readonly options: Pick<
    ServerOptions,
    'batching' | 'targetP99Ms' | 'engineThreads' | 'maxQueuedRuns'
  >;
  readonly platforms: readonly Platform[];
  /** What is configured of a model now. */
  readonly modelConfig: (name: string) => ModelConfig | undefined;
  /** Threads at most that have requests, this one included. */
  readonly rows: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of this thread. */
  readonly cells: ThreadMetrics;
  readonly refusals: Refusals;
}

/**
 * The batches of a server: a pool of places for each platform, as in TFS, on the control thread. Requests of
 * data threads are brought there.
 */
export class Batching {
  readonly #settings: BatchingSettings;
  readonly #batcher: Batcher;
  readonly #pools = new Map<string, BatchPool>();
  #platforms: readonly Platform[];
  #lastProblem = '';

  constructor(settings: BatchingSettings) {
    const { platforms, rows, clock, cells, refusals } = settings;
    this.#settings = settings;
    this.#platforms = platforms;
    const observer = new ThreadBatches(cells, () => refusals.count('batch_queue_full'));
    this.#batcher = new Batcher(clock, observer, rows);
    for (const platform of platforms) {
      if (platform.batching !== null) observer.prepare();
      const places = this.#placesOf(platform);
      this.#pools.set(platform.name, this.#batcher.addPool(places, this.#surplusOf(places)));
    }
  }

  /** How models of a platform are batched. */
  pool(platform: string): BatchModel {
    return this.#pools.get(platform)!.batch;
  }

  /**
   * How a version is batched, as files and configurations say now; null: not at all.
   *
   * @param directory its absolute path. @throws StatusError what is wrong with its parameters
   */
  async optionsFor(
    platformName: string,
    model: string,
    directory: string,
  ): Promise<BatchingOptions | null> {
    const platform = this.#platforms.find(({ name }) => name === platformName);
    const parameters = (await platform?.batching?.optionsFor(directory)) ?? null;
    const { options, modelConfig } = this.#settings;
    const config = modelConfig(model);
    if (options.batching !== 'auto' && !config?.isBatchedAdaptively) return parameters;
    const targetMs = config?.targetP99Ms || options.targetP99Ms || Number.POSITIVE_INFINITY;
    return { ...(parameters ?? defaultBatching()), adaptive: { targetMs } };
  }

  /**
   * Lets what is configured now hold for the versions that are loaded, whether they have been batched or not. What
   * cannot be read is logged and changes nothing.
   */
  async retune(readPlatforms: () => Promise<readonly Platform[]>): Promise<void> {
    const { logger } = this.#settings;
    let problem = '';
    const fail = (error: unknown) => {
      problem = StatusError.from(error).message;
      if (problem !== this.#lastProblem) {
        logger.error(`Batching parameters stay as they were: ${problem}`, { error });
      }
    };
    try {
      this.#platforms = await readPlatforms();
      for (const platform of this.#platforms) {
        const places = this.#placesOf(platform);
        if (this.#pools.get(platform.name)?.resize(places, this.#surplusOf(places))) {
          logger.info(`Of platform ${platform.name} ${places} batches run at once from now on`);
        }
      }
      const changed = await this.#batcher.retune(fail);
      if (changed > 0) logger.info(`Batching parameters changed for ${changed} model versions`);
    } catch (error) {
      fail(error);
    }
    this.#lastProblem = problem;
  }

  /** Batches that would only wait for an engine thread had better wait for more requests. */
  #placesOf({ batching }: Platform): number {
    const { engineThreads } = this.#settings.options;
    return Math.min(batching?.threads ?? engineThreads, engineThreads);
  }

  /** Runs of data threads beyond `places` that may wait in the engine; where that has threads for more they would not wait, but run. */
  #surplusOf(places: number): number {
    const { engineThreads, maxQueuedRuns } = this.#settings.options;
    return places < engineThreads ? 0 : maxQueuedRuns;
  }

  /** The model whose runs data threads ask for by this number. */
  model(number: number): RunModel | undefined {
    return this.#batcher.get(number);
  }

  /** A data thread has ended, and so have its runs. */
  threadEnded(row: number): void {
    this.#batcher.threadEnded(row);
  }

  /** From now on no batch waits for more requests: the server is about to end. */
  flush(): void {
    this.#batcher.flush();
  }

  /** Once all models are unloaded. */
  close(): void {
    this.#batcher.close();
  }
}
