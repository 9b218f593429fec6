import type { ModelSpec } from './model-spec.ts';

/** What every request to a model has, whatever it asks. */
export interface ModelCall {
  /** Which version to run. */
  readonly modelSpec: ModelSpec;
  /** ms on the `performance.now()` clock; Infinity: none. */
  readonly deadline: number;
  readonly signal: AbortSignal | null;
  /**
   * Counts memory that the request takes beyond its body against what all requests may hold.
   * @throws StatusError UNAVAILABLE where that much is not left.
   */
  reserve(bytes: number): void;
}

/** A call that is made of another: which model it is for, and what limits it, is that one's. */
export abstract class DerivedCall<Call extends ModelCall> implements ModelCall {
  protected readonly call: Call;

  constructor(call: Call) {
    this.call = call;
  }

  get modelSpec(): ModelSpec {
    return this.call.modelSpec;
  }

  get deadline(): number {
    return this.call.deadline;
  }

  get signal(): AbortSignal | null {
    return this.call.signal;
  }

  reserve(bytes: number): void {
    this.call.reserve(bytes);
  }
}
