import type { ServableData } from './servable-data.ts';
import type { AspiredVersionsCallback } from './source.ts';
import type { Target } from './target.ts';

/**
 * A target whose subclass only says what to do with a list of versions; the life of the callbacks
 * is kept here.
 *
 * Every callback that is handed out leads to {@link setAspiredVersions}, so one target may have
 * several sources, as long as no two of them speak of one servable: the last to speak would win.
 * Sources own nothing of their target and may outlive it: after `detach`, which is final, all
 * callbacks do nothing. Whoever owns a target detaches it before what it feeds comes to its end.
 *
 * Belongs to the control thread, as sources do.
 *
 * @example
 *   class Printer extends CallbackTarget<string> {
 *     protected override setAspiredVersions(name: string, versions: readonly ServableData<string>[]) {
 *       console.log(name, versions.map(({ id }) => id.version));
 *     }
 *   }
 *   connectSource(source, new Printer());
 */
export abstract class CallbackTarget<T> implements Target<T> {
  #isDetached = false;

  aspiredVersionsCallback(): AspiredVersionsCallback<T> {
    return (servableName, versions) => {
      if (!this.#isDetached) this.setAspiredVersions(servableName, versions);
    };
  }

  detach(): void {
    this.#isDetached = true;
  }

  /** Takes the complete list of one servable, as {@link AspiredVersionsCallback} does; must not throw. */
  protected abstract setAspiredVersions(
    servableName: string,
    versions: readonly ServableData<T>[],
  ): void;
}
