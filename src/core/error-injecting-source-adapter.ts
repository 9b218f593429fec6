import type { StatusError } from '../status/index.ts';
import type { ServableData } from './servable-data.ts';
import { servableError } from './servable-data.ts';
import { SourceAdapter } from './source-adapter.ts';

/**
 * Turns every version into one and the same error, whatever it was before. At the default port of
 * a router it makes servables that nobody can load end with a reason instead of being waited for
 * (spec 4.8, `No platform found for model`).
 */
export class ErrorInjectingSourceAdapter<In, Out = never> extends SourceAdapter<In, Out> {
  readonly #error: StatusError;

  constructor(error: StatusError) {
    super();
    this.#error = error;
  }

  protected override adapt(
    _servableName: string,
    versions: readonly ServableData<In>[],
  ): readonly ServableData<Out>[] {
    return versions.map(({ id, revision }) => servableError(id, this.#error, revision));
  }
}
