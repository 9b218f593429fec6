import type { ServableLookup, ServableStatus } from '../core/index.ts';
import type { ModelServable } from '../servables/index.ts';

/** What inference looks up: versions here and at once, states also on the thread that knows them. */
export interface InferenceLookup extends Pick<ServableLookup<ModelServable>, 'acquire'> {
  /** As {@link ServableLookup.statuses}. */
  statuses(name: string): readonly ServableStatus[] | Promise<readonly ServableStatus[]>;
}

/** What inference needs of the server. */
export interface InferenceContext {
  readonly lookup: InferenceLookup;
  /** Refuse feeds that the declared shapes exclude, and serve empty batches (docs/errors.md). */
  readonly checkShapes: boolean;
}
