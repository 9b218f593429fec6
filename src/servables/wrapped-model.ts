import type {
  LoadedModel,
  RunOptions,
  SharedModel,
  SignatureSpec,
  TensorScope,
} from '../engines/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** A model that makes its runs in a way of its own, and is in all else the one that it wraps, which it closes. */
export abstract class WrappedModel implements LoadedModel {
  readonly #wrapped: LoadedModel;

  constructor(wrapped: LoadedModel) {
    this.#wrapped = wrapped;
  }

  abstract run(
    scope: TensorScope,
    signature: SignatureSpec,
    feeds: readonly Tensor[],
    fetches: readonly number[] | null,
    options: RunOptions,
  ): readonly Tensor[] | Promise<readonly Tensor[]>;

  get signatures(): ReadonlyMap<string, SignatureSpec> {
    return this.#wrapped.signatures;
  }

  openScope(): TensorScope {
    return this.#wrapped.openScope();
  }

  combine(signatures: readonly SignatureSpec[]): SignatureSpec {
    return this.#wrapped.combine(signatures);
  }

  isRowwiseStateless(signature: SignatureSpec): boolean {
    return this.#wrapped.isRowwiseStateless(signature);
  }

  isStateless(signature: SignatureSpec): boolean {
    return this.#wrapped.isStateless(signature);
  }

  handOver(): SharedModel {
    return this.#wrapped.handOver();
  }

  lend(): SharedModel {
    return this.#wrapped.lend();
  }

  close(): Promise<void> {
    return this.#wrapped.close();
  }
}
