import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import type { Endpoint, Question, RequestSet } from '../load-test/index.ts';
import { ReloadConfigRequestSchema } from '../proto/index.ts';
import { StatusError, unavailable } from '../status/index.ts';
import {
  type Batching,
  type BatchingSettings,
  isFixed,
  parametersFile,
} from './batching-settings.ts';
import { type MeasureOptions, measureServer } from './measure-server.ts';
import type { Outcome } from './trial.ts';
import { TrialServer, type TrialServerOptions } from './trial-server.ts';

/** Which servers are started, and how they are measured. */
export interface WorkshopOptions
  extends Question,
    TrialServerOptions,
    Pick<MeasureOptions, 'levels' | 'targetP99Ms'> {
  readonly modelBasePath: string;
  readonly durationMs: number;
  readonly warmupMs: number;
  /** What is asked, once a server runs. */
  requests(server: Endpoint): Promise<RequestSet>;
  readonly maxEnqueuedBatches: number;
}

/** How long the last answers of a measurement are waited for. */
const patienceMs = 10_000;
/** How long a server may take to let parameters hold. */
const retuneMs = 30_000;
/** Within this time one hears of the end of a server that answers no more. */
const noticeMs = 500;
const metricsPath = '/monitoring/prometheus/metrics';

/**
 * Starts servers with the files that they need, and measures them. The one that was measured last goes on for as
 * long as others are measured that differ from it in no more than what can be changed while a server runs.
 */
export class Workshop implements AsyncDisposable {
  readonly requests: RequestSet;
  readonly #options: WorkshopOptions;
  readonly #folder: string;
  /** The server that goes on, and what it was started with that stays. */
  #live: { readonly server: TrialServer; readonly kind: string } | null;

  private constructor(
    options: WorkshopOptions,
    folder: string,
    given: { readonly server: TrialServer; readonly requests: RequestSet },
  ) {
    this.#options = options;
    this.#folder = folder;
    this.requests = given.requests;
    this.#live = { server: given.server, kind: kindOf('off') };
  }

  /**
   * @param folder for files, its own
   * @throws StatusError where a server does not start, or the requests cannot be made
   */
  static async open(options: WorkshopOptions, folder: string): Promise<Workshop> {
    const server = await TrialServer.start(options);
    try {
      const requests = await options.requests(server[options.protocol]);
      return new Workshop(options, folder, { server, requests });
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * @param final requests under way, where it is a server that is started for this alone; null: any, and as many
   *   as suit it
   * @throws StatusError where a server does not start, ends, or refuses the request
   */
  async measure(batching: Batching, final: number | null): Promise<Outcome> {
    const kind = kindOf(batching);
    const isKept = final === null && this.#live?.kind === kind;
    const isRetuned = isKept && isFixed(batching);
    if (!isKept) {
      await this[Symbol.asyncDispose]();
      this.#live = { server: await this.#start(batching), kind };
    }
    const { server } = this.#live!;
    try {
      if (isRetuned) {
        await this.#writeParameters(batching);
        await server.ask(this.#reload, retuneMs);
      }
      return await this.#load(server, batching, isRetuned, final);
    } catch (error) {
      if (this.#options.signal?.aborted) throw error;
      const end = await server.endWithin(noticeMs);
      if (end !== null) throw unavailable(`The server ended by ${end}`, { cause: error });
      if (batching === 'off') throw error;
      const { code, message } = StatusError.from(error);
      throw new StatusError(code, `With batching: ${message}`, { cause: error });
    }
  }

  /** Ends the server that goes on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#live?.server[Symbol.asyncDispose]();
    this.#live = null;
  }

  async #load(
    server: TrialServer,
    batching: Batching,
    isWarm: boolean,
    final: number | null,
  ): Promise<Outcome> {
    const { protocol, model, levels, targetP99Ms, durationMs, warmupMs, signal } = this.#options;
    // A request that was answered without batching is not refused for its random inputs.
    const requests = batching === 'off' ? this.requests : { ...this.requests, inputs: null };
    return await measureServer({
      load: {
        ...{ protocol, model, requests, durationMs, warmupMs, patienceMs },
        ...{ endpoint: server[protocol], connections: null, seed: 0 },
        metrics: { endpoint: server.rest, path: metricsPath },
      },
      ...{ levels: final === null ? levels : [final], targetP99Ms },
      settles: batching === 'auto' ? 'always' : isWarm ? 'never' : 'first',
      ...(signal !== undefined && { signal }),
    });
  }

  async #start(batching: Batching): Promise<TrialServer> {
    const flags = [...this.#options.flags, ...(await this.#batchingFlags(batching))];
    return await TrialServer.start({ ...this.#options, flags });
  }

  async #batchingFlags(batching: Batching): Promise<string[]> {
    if (batching === 'off') return [];
    const monitoring = path.join(this.#folder, 'monitoring.config');
    await writeFile(monitoring, `prometheus_config { enable: true path: "${metricsPath}" }\n`);
    const flags = [`--monitoring_config_file=${monitoring}`];
    if (batching === 'auto') return [...flags, '--batching=auto'];
    await this.#writeParameters(batching);
    return [...flags, '--enable_batching', `--batching_parameters_file=${this.#parameters}`];
  }

  get #parameters(): string {
    return path.join(this.#folder, 'batching.config');
  }

  /** As a whole: a server may look at any time. */
  async #writeParameters(batching: BatchingSettings): Promise<void> {
    const written = `${this.#parameters}.new`;
    await writeFile(written, parametersFile(batching, this.#options.maxEnqueuedBatches));
    await rename(written, this.#parameters);
  }

  /** Has a server read its parameters, and says when they hold. */
  get #reload() {
    const { model, modelBasePath: basePath } = this.#options;
    const config = { name: model.name, basePath, modelPlatform: 'tensorflow' };
    const request = create(ReloadConfigRequestSchema, {
      config: { config: { case: 'modelConfigList', value: { config: [config] } } },
    });
    return {
      path: '/tensorflow.serving.ModelService/HandleReloadConfigRequest',
      contentType: 'application/grpc',
      body: toBinary(ReloadConfigRequestSchema, request),
      answer: null,
    };
  }
}

/** What servers have in common that can be changed into each other while they run. */
function kindOf(batching: Batching): string {
  return isFixed(batching) ? `threads ${batching.numBatchThreads}` : batching;
}
