import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Endpoint, Question, RequestSet } from '../load-test/index.ts';
import { systemClock } from '../util/index.ts';
import { type BatchingSettings, parametersFile } from './batching-settings.ts';
import { measureServer } from './measure-server.ts';
import { search } from './search.ts';
import { bestTrial, type Outcome, type Trial } from './trial.ts';
import { TrialServer } from './trial-server.ts';

/** What is tuned, and how. */
export interface TuneOptions extends Question {
  /** The program of the server and its first arguments. */
  readonly command: readonly string[];
  /** Flags of the server: the model, and what else it is to have. */
  readonly flags: readonly string[];
  /** What is asked, once a server runs. */
  requests(server: Endpoint): Promise<RequestSet>;
  /** Requests under way, ascending. */
  readonly levels: readonly number[];
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly startMs: number;
  readonly targetP99Ms: number | null;
  readonly budgetMs: number;
  readonly cpus: number;
  readonly signal?: AbortSignal;
  readonly onTrial?: (trial: Trial) => void;
}

/** What was found. */
export interface TuneResult {
  readonly trials: readonly Trial[];
  /** The best settings with batching; null where nothing was measured. */
  readonly best: Trial | null;
  readonly maxEnqueuedBatches: number;
}

/** How long the last answers of a measurement are waited for. */
const patienceMs = 10_000;
const metricsPath = '/monitoring/prometheus/metrics';
/** Batches that may wait, where the load does not need more. */
const usualQueue = 100;

/**
 * Tries batching settings on servers of this machine, one after the other, and finds the best.
 *
 * @throws StatusError where a server does not start or refuses the request. Not what the signal ends: then the
 *   result is what was measured so far.
 */
export async function tune(options: TuneOptions): Promise<TuneResult> {
  const { signal, levels, budgetMs, cpus } = options;
  const began = systemClock.now();
  const folder = await mkdtemp(path.join(tmpdir(), 'serval-tune-'));
  try {
    const workshop = await Workshop.open(options, folder);
    const rows = workshop.requests.rows;
    const trials = await search({
      ...{ rows, mostRows: levels.at(-1)! * rows, cpus, clock: systemClock },
      budgetMs: budgetMs - (systemClock.now() - began),
      measure: (settings) => workshop.measure(settings),
      ...(signal !== undefined && { signal }),
      ...(options.onTrial !== undefined && { onTrial: options.onTrial }),
    });
    const best = bestTrial(trials.filter(({ settings }) => settings !== null));
    return { trials, best, maxEnqueuedBatches: workshop.maxEnqueuedBatches };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts servers with the files that they need, and measures them. */
class Workshop {
  readonly requests: RequestSet;
  /** So many that nothing is refused under the load of the measurements. */
  readonly maxEnqueuedBatches: number;
  readonly #options: TuneOptions;
  readonly #folder: string;

  private constructor(options: TuneOptions, folder: string, requests: RequestSet) {
    this.#options = options;
    this.#folder = folder;
    this.requests = requests;
    this.maxEnqueuedBatches = Math.max(usualQueue, options.levels.at(-1)!);
  }

  /** A server tells what the model takes. */
  static async open(options: TuneOptions, folder: string): Promise<Workshop> {
    const file = path.join(folder, 'monitoring.config');
    await writeFile(file, `prometheus_config { enable: true path: "${metricsPath}" }\n`);
    await using server = await TrialServer.start(options);
    return new Workshop(options, folder, await options.requests(server[options.protocol]));
  }

  async measure(settings: BatchingSettings | null): Promise<Outcome> {
    const { protocol, model, levels, targetP99Ms, durationMs, warmupMs, signal } = this.#options;
    const flags = [...this.#options.flags, ...(await this.#batchingFlags(settings))];
    await using server = await TrialServer.start({ ...this.#options, flags });
    return await measureServer({
      load: {
        ...{ protocol, model, durationMs, warmupMs, patienceMs, requests: this.requests },
        endpoint: server[protocol],
        connections: null,
        seed: 0,
        metrics: { endpoint: server.rest, path: metricsPath },
      },
      ...{ levels, targetP99Ms },
      ...(signal !== undefined && { signal }),
    });
  }

  async #batchingFlags(settings: BatchingSettings | null): Promise<string[]> {
    if (settings === null) return [];
    const parameters = path.join(this.#folder, 'batching.config');
    await writeFile(parameters, parametersFile(settings, this.maxEnqueuedBatches));
    return [
      '--enable_batching',
      `--batching_parameters_file=${parameters}`,
      `--monitoring_config_file=${path.join(this.#folder, 'monitoring.config')}`,
    ];
  }
}
