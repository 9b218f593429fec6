import {
  combineSignatures,
  type LoadedModel,
  type RunOptions,
  type SharedModel,
  type SignatureSpec,
  type TensorScope,
  type TensorSpec,
} from '../../engines/index.ts';
import {
  type DType,
  heapAllocator,
  type NumericTensor,
  type PartialShape,
  type Shape,
  type StringJoin,
  type StringPart,
  type Tensor,
} from '../../tensor/index.ts';
import { HeapJoiner } from '../../tensor/testing/heap-joiner.ts';

/** Memory that is gone once the scope is closed, as an engine's is. */
export class FakeScope implements TensorScope {
  closes = 0;
  readonly joiner = new HeapJoiner();
  readonly joined: Tensor[] = [];
  readonly #buffers: ArrayBuffer[] = [];
  readonly #onClose: (() => void)[] = [];

  allocate(dtype: NumericTensor['dtype'], shape: Shape): NumericTensor {
    if (this.closes > 0) throw new Error('allocated from a closed scope');
    const tensor = heapAllocator.allocate(dtype, shape);
    const buffer = tensor.data.buffer as ArrayBuffer;
    // As memory of an engine comes: with what was in it before.
    new Uint8Array(buffer).fill(0xcd);
    this.#buffers.push(buffer);
    return tensor;
  }

  /** Strings that can be read, as those of an engine cannot: for answers that are what was fed. */
  joinStrings(shape: Shape, parts: readonly StringPart[]): StringJoin {
    if (this.closes > 0) throw new Error('joined in a closed scope');
    const join = this.joiner.joinStrings(shape, parts);
    this.joined.push(join.tensor);
    return join;
  }

  onClose(act: () => void): void {
    if (this.closes > 0) act();
    else this.#onClose.push(act);
  }

  close(): void {
    this.closes++;
    for (const buffer of this.#buffers.splice(0)) buffer.transfer(0);
    for (const act of this.#onClose.splice(0)) act();
  }
}

/** One call of {@link FakeModel.run}. */
export interface FakeRun {
  readonly scope: FakeScope;
  readonly signature: SignatureSpec;
  readonly feeds: readonly Tensor[];
  readonly fetches: readonly number[] | null;
  readonly options: RunOptions;
}

/** A model that answers as the test says, by default with its feeds, and remembers what it did. */
export class FakeModel implements LoadedModel {
  readonly signatures: ReadonlyMap<string, SignatureSpec>;
  readonly scopes: FakeScope[] = [];
  readonly runs: FakeRun[] = [];
  isRowwise = false;
  keepsState = false;
  answer: (run: FakeRun) => readonly Tensor[] | Promise<readonly Tensor[]> = ({
    feeds,
    fetches,
  }) => (fetches === null ? feeds : fetches.map((index) => feeds[index]!));

  constructor(...signatures: readonly SignatureSpec[]) {
    this.signatures = new Map(signatures.map((signature) => [signature.key, signature]));
  }

  openScope(): TensorScope {
    const scope = new FakeScope();
    this.scopes.push(scope);
    return scope;
  }

  run(
    scope: TensorScope,
    signature: SignatureSpec,
    feeds: readonly Tensor[],
    fetches: readonly number[] | null,
    options: RunOptions,
  ): readonly Tensor[] | Promise<readonly Tensor[]> {
    const run = { scope: scope as FakeScope, signature, feeds, fetches, options };
    this.runs.push(run);
    return this.answer(run);
  }

  combine(signatures: readonly SignatureSpec[]): SignatureSpec {
    return combineSignatures(signatures);
  }

  isRowwiseStateless(): boolean {
    return this.isRowwise;
  }

  isStateless(): boolean {
    return !this.keepsState;
  }

  handOver(): SharedModel {
    return { engine: 'fake', signatures: [...this.signatures.values()], native: {} };
  }

  lend(): SharedModel {
    return this.handOver();
  }

  async close(): Promise<void> {}
}

/** An input or output; `graphShape` is `shape` unless given. */
export function tensorSpec(
  alias: string,
  dtype: DType,
  shape: PartialShape,
  graphShape: PartialShape = shape,
): TensorSpec {
  return { alias, name: `${alias}:0`, dtype, shape, graphShape };
}

/** A predict signature; `inputs` and `outputs` are to be sorted by alias. */
export function signatureSpec(
  fields: Partial<SignatureSpec> & Pick<SignatureSpec, 'inputs' | 'outputs'>,
): SignatureSpec {
  return {
    key: 'serving_default',
    methodName: 'tensorflow/serving/predict',
    defaults: new Map(),
    ops: new Set(),
    ...fields,
  };
}
