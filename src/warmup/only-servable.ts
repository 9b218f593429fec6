import type { ServableHandle, ServableId, ServableLookup } from '../core/index.ts';
import type { ModelServable } from '../servables/index.ts';

/**
 * A servable that no manager knows yet, to be found under any name and version. Its owner keeps it
 * loaded, so handles count nothing.
 */
export class OnlyServable implements ServableLookup<ModelServable> {
  readonly #id: ServableId;
  readonly #servable: ModelServable;

  constructor(name: string, servable: ModelServable) {
    this.#id = { name, version: 0n };
    this.#servable = servable;
  }

  acquire(): ServableHandle<ModelServable> {
    return {
      id: this.#id,
      servable: this.#servable,
      release() {},
      [Symbol.dispose]() {},
    };
  }

  statuses(): readonly [] {
    return [];
  }

  names(): readonly string[] {
    return [this.#id.name];
  }
}
