import type {
  LoadedModel,
  RunOptions,
  SharedModel,
  SignatureSpec,
  TensorScope,
} from '../engines/index.ts';
import { failedPrecondition } from '../status/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { RemoteRuns } from './remote-runs.ts';

/**
 * A model whose runs are made by the thread that lent it, together with those of other threads; everything
 * else is asked of the borrowed model.
 */
export class RemoteModel implements LoadedModel {
  readonly #borrowed: LoadedModel;
  readonly #runs: RemoteRuns;
  readonly #number: number;
  /** The keys of what was combined. */
  readonly #combined = new WeakMap<SignatureSpec, readonly string[]>();

  /** @param number by which the other thread knows the model */
  constructor(borrowed: LoadedModel, runs: RemoteRuns, number: number) {
    this.#borrowed = borrowed;
    this.#runs = runs;
    this.#number = number;
  }

  get signatures(): ReadonlyMap<string, SignatureSpec> {
    return this.#borrowed.signatures;
  }

  openScope(): TensorScope {
    return this.#borrowed.openScope();
  }

  /** As {@link LoadedModel.run}; but feeds in the engine's own memory leave `scope`: their views are empty. */
  run(
    scope: TensorScope,
    signature: SignatureSpec,
    feeds: readonly Tensor[],
    fetches: readonly number[] | null,
    options: RunOptions,
  ): Promise<readonly Tensor[]> {
    const signatures = this.#combined.get(signature) ?? [signature.key];
    return this.#runs.run(scope, { model: this.#number, signatures, fetches }, feeds, options);
  }

  combine(signatures: readonly SignatureSpec[]): SignatureSpec {
    const combined = this.#borrowed.combine(signatures);
    if (!this.#combined.has(combined)) {
      this.#combined.set(
        combined,
        signatures.map(({ key }) => key),
      );
    }
    return combined;
  }

  isRowwiseStateless(signature: SignatureSpec): boolean {
    return this.#borrowed.isRowwiseStateless(signature);
  }

  isStateless(signature: SignatureSpec): boolean {
    return this.#borrowed.isStateless(signature);
  }

  handOver(): SharedModel {
    throw failedPrecondition('The model belongs to another thread');
  }

  lend(): SharedModel {
    throw failedPrecondition('The model belongs to another thread');
  }

  close(): Promise<void> {
    return this.#borrowed.close();
  }
}
