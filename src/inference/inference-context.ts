import type { ServableLookup } from '../core/index.ts';
import type { ModelServable } from '../servables/index.ts';

/** What inference needs of the server. */
export interface InferenceContext {
  readonly lookup: ServableLookup<ModelServable>;
  /** Refuse feeds that the declared shapes exclude, and serve empty batches (docs/errors.md). */
  readonly checkShapes: boolean;
}
