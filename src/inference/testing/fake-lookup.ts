import type {
  ServableHandle,
  ServableLookup,
  ServableRequest,
  ServableStatus,
} from '../../core/index.ts';
import type { LoadedModel } from '../../engines/index.ts';
import type { ModelServable } from '../../servables/index.ts';
import { notFound } from '../../status/index.ts';

/** A lookup of one model, version 7 unless told otherwise. Counts handles. */
export class FakeLookup implements ServableLookup<ModelServable> {
  readonly name: string;
  readonly servable: ModelServable;
  version = 7n;
  acquired = 0;
  released = 0;
  /** What the requests asked for. */
  readonly requests: ServableRequest[] = [];
  versions: readonly ServableStatus[] = [];

  constructor(name: string, model: LoadedModel, signatureDefMap: Uint8Array = new Uint8Array()) {
    this.name = name;
    this.servable = { model, signatureDefMap };
  }

  /** Handles that are held. */
  get held(): number {
    return this.acquired - this.released;
  }

  acquire(request: ServableRequest): ServableHandle<ModelServable> {
    this.requests.push(request);
    const { name, version } = request;
    if (name !== this.name || (version !== null && version !== this.version)) {
      const asked = version === null ? `Latest(${name})` : `Specific(${name}, ${version})`;
      throw notFound(`Servable not found for request: ${asked}`);
    }
    this.acquired++;
    let isReleased = false;
    const release = () => {
      if (isReleased) throw new Error('released twice');
      isReleased = true;
      this.released++;
    };
    return {
      id: { name, version: this.version },
      servable: this.servable,
      release,
      [Symbol.dispose]: release,
    };
  }

  statuses(name: string): readonly ServableStatus[] {
    return name === this.name ? this.versions : [];
  }

  names(): readonly string[] {
    return [this.name];
  }
}
