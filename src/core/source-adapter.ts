import { StatusError } from '../status/index.ts';
import type { ServableData } from './servable-data.ts';
import { servableError } from './servable-data.ts';
import type { AspiredVersionsCallback, Source } from './source.ts';
import { SourcePort } from './source-port.ts';
import { CallbackTarget } from './target-base.ts';

/**
 * A target for what it takes and a source of what it gives: stands between a source and the
 * manager and turns one kind of data into another, such as the path of a version into its loader
 * (spec 12). Adapters may be chained.
 *
 * 1. Each list that comes in goes out as one list of the same servable, before the callback returns.
 * 2. What comes in before the adapter has a target of its own is kept and adapted by then: the
 *    last list of each servable (see {@link SourcePort}). Targets and sources may be connected in
 *    any order.
 * 3. An {@link adapt} that throws makes an error of every version in its list, so that it is seen
 *    in their states and no source has to expect it.
 *
 * An adapter holds no versions once they have gone out. It belongs to the control thread.
 *
 * @example
 *   connectSource(pathSource, adapter);
 *   connectSource(adapter, manager);
 */
export abstract class SourceAdapter<In, Out> extends CallbackTarget<In> implements Source<Out> {
  readonly #port = new SourcePort<Out>();

  setAspiredVersionsCallback(callback: AspiredVersionsCallback<Out>): void {
    this.#port.setAspiredVersionsCallback(callback);
  }

  /**
   * The list to say for the one that was heard. Sources repeat their lists, so the same versions
   * come again and again: this must be cheap and have no effect that is not given back when its
   * result is dropped.
   */
  protected abstract adapt(
    servableName: string,
    versions: readonly ServableData<In>[],
  ): readonly ServableData<Out>[];

  protected override setAspiredVersions(
    servableName: string,
    versions: readonly ServableData<In>[],
  ): void {
    this.#port.emit(servableName, this.#adapted(servableName, versions));
  }

  #adapted(
    servableName: string,
    versions: readonly ServableData<In>[],
  ): readonly ServableData<Out>[] {
    try {
      return this.adapt(servableName, versions);
    } catch (thrown) {
      const error = StatusError.from(thrown);
      return versions.map(({ id, revision }) => servableError(id, error, revision));
    }
  }
}
