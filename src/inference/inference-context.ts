import type { ServableLookup, ServableStatus } from '../core/index.ts';
import type { ModelServable } from '../servables/index.ts';
import type { ExampleMethod } from './example-task.ts';
import type { RequestLog } from './request-log.ts';

/** What inference looks up: versions here and at once, states also on the thread that knows them. */
export interface InferenceLookup extends Pick<ServableLookup<ModelServable>, 'acquire'> {
  /** As {@link ServableLookup.statuses}. */
  statuses(name: string): readonly ServableStatus[] | Promise<readonly ServableStatus[]>;
}

/** Is told what was inferred, at once and for every request: it must be quick, and not throw. */
export interface InferenceObserver {
  /**
   * A model has run for a request, which was no MultiInference.
   * @param api of TFS's labels: `Predict`, `Classify`, `Regress` @param modelName as the request names it
   */
  modelRan(api: string, modelName: string, microseconds: number): void;
  /** A model has run on so many Examples of a request. @param modelName as the request names it */
  examplesRun(method: ExampleMethod | 'multi_inference', modelName: string, count: number): void;
}

/** What inference needs of the server. */
export interface InferenceContext {
  readonly lookup: InferenceLookup;
  /** Refuse feeds that the declared shapes exclude, and serve empty batches (docs/errors.md). */
  readonly checkShapes: boolean;
  readonly observer?: InferenceObserver;
  /** Where requests are logged; none where left out. */
  readonly requestLog?: RequestLog;
}
