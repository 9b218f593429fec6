import type { StatusError } from '../../status/index.ts';
import type { Loader } from '../loader.ts';
import { mainMemory, type ResourceAllocation } from '../resources.ts';

/** A loader whose loads end when and how a test says. Counts what happens to it. */
export class FakeLoader implements Loader<string> {
  readonly servable: string;
  loads = 0;
  unloads = 0;
  /** Errors of the next loads, the first first; then loads succeed. */
  readonly failures: StatusError[];
  transient = true;
  /** Loads wait for this before they end. */
  gate: Promise<void> = Promise.resolve();

  constructor(servable: string, failures: readonly StatusError[] = []) {
    this.servable = servable;
    this.failures = [...failures];
  }

  /** Bytes of main memory that it says it takes. */
  bytes = 0;
  /** Thrown by the next estimates, the first first. */
  readonly estimateFailures: StatusError[] = [];

  estimateResources(): ResourceAllocation {
    const failure = this.estimateFailures.shift();
    if (failure !== undefined) throw failure;
    return [{ resource: mainMemory, quantity: this.bytes }];
  }

  async load(): Promise<string> {
    this.loads++;
    await this.gate;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return this.servable;
  }

  isTransient(): boolean {
    return this.transient;
  }

  async unload(): Promise<void> {
    this.unloads++;
  }
}
