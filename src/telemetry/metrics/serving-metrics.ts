import { type Code, codeName } from '../../status/index.ts';
import type { CounterCell, HistogramCell } from './cells.ts';
import { servingSpecs } from './serving-specs.ts';
import type { ThreadMetrics } from './thread-metrics.ts';

export type Entrypoint = 'GRPC' | 'REST';

/** Names that no model of the server is known to have: the rest of them share one name. */
const mostStrangers = 100;
const longestStranger = 256;

/** What requests for more names than that are counted under. */
export const otherModels = '(other)';

/** The cells of one model name, made when they are first needed. */
interface ModelCells {
  readonly name: string;
  readonly requests: (CounterCell | undefined)[];
  readonly latencies: Readonly<Record<Entrypoint, Map<string, HistogramCell>>>;
  readonly runs: Map<string, HistogramCell>;
}

/**
 * Counts requests and runs of one thread as TFS does. Clients choose names of models, so those that no
 * model has make a bounded number of series.
 */
export class ServingMetrics {
  readonly #cells: ThreadMetrics;
  readonly #models = new Map<string, ModelCells>();
  readonly #known = new Set<string>();
  readonly #others: ModelCells = modelCells(otherModels);
  #strangers = 0;

  constructor(cells: ThreadMetrics) {
    this.#cells = cells;
  }

  /** The server has, or had, a model of this name: it always has series of its own. */
  know(modelName: string): void {
    this.#known.add(modelName);
  }

  /**
   * A request was answered.
   * @param api as the label has it; @param microseconds that it took
   */
  requestDone(
    entrypoint: Entrypoint,
    api: string,
    modelName: string,
    code: Code,
    microseconds: number,
  ): void {
    const model = this.#model(modelName);
    let count = model.requests[code];
    if (count === undefined) {
      count = this.#cells.counter(servingSpecs.requestCount, [model.name, codeName(code)]);
      model.requests[code] = count;
    }
    count.add();
    if (code !== 0) return;
    const latencies = model.latencies[entrypoint];
    let latency = latencies.get(api);
    if (latency === undefined) {
      const labels = [model.name, api, entrypoint];
      latency = this.#cells.histogram(servingSpecs.requestLatency, labels);
      latencies.set(api, latency);
    }
    latency.add(Math.trunc(microseconds));
  }

  /** A model has run for a request, or for a record of its warm-up. */
  modelRan(api: string, modelName: string, microseconds: number): void {
    const model = this.#model(modelName);
    let latency = model.runs.get(api);
    if (latency === undefined) {
      latency = this.#cells.histogram(servingSpecs.runtimeLatency, [model.name, api, 'TF1']);
      model.runs.set(api, latency);
    }
    latency.add(Math.trunc(microseconds));
  }

  /** TFS counts Examples of MultiInference only. */
  examplesRun(method: string, modelName: string, count: number): void {
    if (method !== 'multi_inference') return;
    const labels = [this.#model(modelName).name];
    this.#cells.histogram(servingSpecs.exampleCounts, labels).add(count);
    this.#cells.counter(servingSpecs.exampleCountTotal, labels).add(count);
  }

  #model(name: string): ModelCells {
    const found = this.#models.get(name);
    if (found !== undefined) return found;
    const isKnown = this.#known.has(name);
    if (!isKnown && (name.length > longestStranger || this.#strangers >= mostStrangers)) {
      return this.#others;
    }
    const model = modelCells(name);
    this.#models.set(name, model);
    if (!isKnown) this.#strangers += 1;
    return model;
  }
}

function modelCells(name: string): ModelCells {
  return {
    ...{ name, requests: [], runs: new Map() },
    latencies: { GRPC: new Map(), REST: new Map() },
  };
}
