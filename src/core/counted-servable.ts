import { internal } from '../status/index.ts';
import type { ServableHandle } from './manager.ts';
import type { ServableId } from './servable-id.ts';

/** A loaded version with the count of the handles that keep it. */
export class CountedServable<T> {
  readonly id: ServableId;
  readonly servable: T;
  #handles = 0;
  #drained: PromiseWithResolvers<void> | null = null;

  constructor(id: ServableId, servable: T) {
    this.id = id;
    this.servable = servable;
  }

  /** Only while the version can be looked up: never after {@link drain}. */
  acquire(): ServableHandle<T> {
    this.#handles++;
    return new Handle(this);
  }

  /** Called once by each handle. */
  release(): void {
    this.#handles--;
    if (this.#handles === 0) this.#drained?.resolve();
  }

  /** Resolves when no handle is left. */
  async drain(): Promise<void> {
    if (this.#handles === 0) return;
    this.#drained ??= Promise.withResolvers();
    await this.#drained.promise;
  }
}

class Handle<T> implements ServableHandle<T> {
  readonly id: ServableId;
  readonly servable: T;
  readonly #counted: CountedServable<T>;
  #released = false;

  constructor(counted: CountedServable<T>) {
    this.id = counted.id;
    this.servable = counted.servable;
    this.#counted = counted;
  }

  release(): void {
    if (this.#released) throw internal('A servable handle was released twice.');
    this.#released = true;
    this.#counted.release();
  }
}
