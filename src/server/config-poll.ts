import type { ServerOptions } from '../config/index.ts';
import { readModelServerConfig } from '../config/index.ts';
import type { ModelReload } from '../protocol/index.ts';
import { StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { type Clock, repeat } from '../util/index.ts';

export interface ConfigPollOptions {
  readonly options: ServerOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly models: ModelReload;
  /** Reads what else files say, where no models are to be read. Must not reject. */
  readonly readParameters: () => Promise<void>;
  /** Ends the polling. */
  readonly signal: AbortSignal;
}

/** The shortest pause between two readings, whatever the options say. */
const leastPauseMs = 10;

/** A failure that stays the same is repeated in the log after so long. */
const reminderMs = 30_000;

/**
 * Reads the model config file again and again and lets what it says hold (spec 2.5): also when it
 * has not changed, since a label may have become possible meanwhile, or a reload by RPC may have
 * replaced it. A file that cannot be read or applied is logged and changes nothing; models that it
 * adds are not waited for.
 *
 * Without such a file only the parameters of batching are read again, where files have them. Does nothing
 * where there are none either, or `--model_config_file_poll_wait_seconds` is 0 or less.
 */
export class ConfigPoll {
  readonly #options: ConfigPollOptions;
  #lastProblem = { text: '', at: Number.NEGATIVE_INFINITY };
  #polling: Promise<void> = Promise.resolve();

  constructor(options: ConfigPollOptions) {
    this.#options = options;
  }

  start(): void {
    const { options } = this.#options;
    const seconds = options.modelConfigFilePollWaitSeconds;
    const isAnyFile =
      options.modelConfigFile !== '' ||
      options.batchingParametersFile !== '' ||
      options.platformConfigFile !== '' ||
      options.enablePerModelBatchingParameters;
    if (!isAnyFile || seconds <= 0) return;
    this.#polling = this.#poll(Math.max(seconds * 1000, leastPauseMs));
  }

  /** Resolves when the polling has ended, by the signal. Never rejects. */
  get ended(): Promise<void> {
    return this.#polling;
  }

  async #poll(pauseMs: number): Promise<void> {
    const { clock, signal } = this.#options;
    if (signal.aborted) return;
    await this.#read();
    await repeat(clock, pauseMs, signal, () => this.#read());
  }

  async #read(): Promise<void> {
    const { options, models, readParameters, signal } = this.#options;
    if (options.modelConfigFile === '') {
      await readParameters();
      return;
    }
    try {
      const config = await readModelServerConfig(options);
      if (signal.aborted) return;
      models.reload(config, signal).then(
        () => this.#well(),
        (error: unknown) => {
          if (signal.aborted) return;
          this.#say('PollFilesystemAndReloadConfig failed to ReloadConfig', error);
        },
      );
    } catch (error) {
      this.#say('Failed to read ModelServerConfig file', error);
    }
  }

  #well(): void {
    this.#lastProblem = { text: '', at: Number.NEGATIVE_INFINITY };
  }

  #say(what: string, thrown: unknown): void {
    const { clock, logger } = this.#options;
    const error = StatusError.from(thrown);
    const text = `${what}: ${error.message}`;
    const now = clock.now();
    const { text: last, at } = this.#lastProblem;
    if (text === last && now - at < reminderMs) return;
    this.#lastProblem = { text, at: now };
    logger.error(text, { error });
  }
}
