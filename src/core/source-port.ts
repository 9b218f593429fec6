import { failedPrecondition } from '../status/index.ts';
import type { ServableData } from './servable-data.ts';
import type { AspiredVersionsCallback, Source } from './source.ts';

/**
 * Where the lists of a source come out: the end that a target is connected to, and {@link emit} for
 * whoever owns the source. Sources, adapters and routers have one or several of these.
 *
 * Nothing said before the target is connected is lost: the last list of each servable is kept and
 * delivered when it is, in the order in which they were said. A servable whose last list is empty
 * is forgotten, since the target knows none of its versions; so no more is kept than the
 * servables that have versions.
 *
 * Belongs to the control thread.
 *
 * @example
 *   class FixedSource implements Source<string> {
 *     readonly #port = new SourcePort<string>();
 *     setAspiredVersionsCallback(callback: AspiredVersionsCallback<string>) {
 *       this.#port.setAspiredVersionsCallback(callback);
 *     }
 *     speak() {
 *       this.#port.emit('m', [servableData({ name: 'm', version: 1n }, '/models/m/1')]);
 *     }
 *   }
 */
export class SourcePort<T> implements Source<T> {
  #callback: AspiredVersionsCallback<T> | null = null;
  /** By servable name: the lists that the target has not heard. */
  readonly #unheard = new Map<string, readonly ServableData<T>[]>();

  setAspiredVersionsCallback(callback: AspiredVersionsCallback<T>): void {
    if (this.#callback !== null) throw failedPrecondition('The source has a target already.');
    this.#callback = callback;
    for (const [servableName, versions] of this.#unheard) {
      this.#unheard.delete(servableName);
      callback(servableName, versions);
    }
  }

  /** Says the complete list of one servable. */
  emit(servableName: string, versions: readonly ServableData<T>[]): void {
    this.#unheard.delete(servableName);
    if (this.#callback !== null) this.#callback(servableName, versions);
    else if (versions.length > 0) this.#unheard.set(servableName, versions);
  }
}
