import { allowedSize, type BatchObserver, rowsOf, rowsOfInputs } from '../batching/index.ts';
import type { BatchingOptions } from '../config/index.ts';
import type { LoadedModel, RunOptions, SignatureSpec, TensorScope } from '../engines/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { systemClock } from '../util/index.ts';
import { BatchRunner } from './batch-runner.ts';
import { BatchedRun } from './batched-run.ts';
import { WrappedModel } from './wrapped-model.ts';

export interface AllSizesOptions {
  /** Makes the runs that are asked for. */
  readonly batched: LoadedModel;
  /** What it batches for, with whose signatures it is asked. */
  readonly model: LoadedModel;
  readonly options: BatchingOptions;
  readonly observer: BatchObserver;
}

/** The largest batch that is tried where nothing says which sizes there will be. */
const largestGuess = 64;

/**
 * The sizes of batches that a version will run, as far as they are known before: those that are allowed; without any,
 * where sizes are learned, powers of two.
 */
export function sizesToWarm(options: BatchingOptions): readonly number[] {
  const { allowedBatchSizes, adaptive = null, maxExecutionBatchSize } = options;
  if (allowedBatchSizes.length > 0 || adaptive === null) return allowedBatchSizes;
  const largest = Math.min(largestGuess, maxExecutionBatchSize);
  const sizes: number[] = [];
  for (let size = 1; size <= largest; size *= 2) sizes.push(size);
  return sizes;
}

/**
 * A batched model that makes each run again in batches of all other sizes that it will have, of the rows of that run: a
 * runtime prepares itself for each size when it first sees it, and clients are not to wait for that.
 *
 * For a warm-up: outputs of these runs are thrown away, and one that fails fails the run.
 */
export class AllSizesModel extends WrappedModel {
  readonly #given: AllSizesOptions;
  readonly #sizes: readonly number[];

  constructor(given: AllSizesOptions) {
    super(given.batched);
    this.#given = given;
    this.#sizes = sizesToWarm(given.options);
  }

  async run(
    scope: TensorScope,
    signature: SignatureSpec,
    feeds: readonly Tensor[],
    fetches: readonly number[] | null,
    options: RunOptions,
  ): Promise<readonly Tensor[]> {
    const outputs = await this.#given.batched.run(scope, signature, feeds, fetches, options);
    const rows = rowsOfInputs(feeds);
    // There is no row to fill a batch with.
    if (rows === 0) return outputs;
    const own = allowedSize(rows, this.#given.options.allowedBatchSizes);
    for (const size of this.#sizes) {
      if (size === own) continue;
      const inputs = feeds.map((feed) => rowsOf(feed, 0, Math.min(rows, size)));
      await this.#runOf(size, signature, inputs, fetches, options);
    }
    return outputs;
  }

  /** A batch of `size` rows: those of the inputs, and more of them. */
  async #runOf(
    size: number,
    signature: SignatureSpec,
    inputs: readonly Tensor[],
    fetches: readonly number[] | null,
    { deadline, signal }: RunOptions,
  ): Promise<void> {
    const { model, observer, options } = this.#given;
    const runner = new BatchRunner({
      ...{ model, signature, fetches, observer, now: () => systemClock.now() },
      options: { ...options, allowedBatchSizes: [size] },
    });
    const scope = model.openScope();
    try {
      const rows = rowsOfInputs(inputs);
      const task = new BatchedRun({ scope, inputs, rows, deadline, signal, onLeave: () => {} });
      await runner.run([{ task, from: 0, to: rows, since: systemClock.now() }]);
      await task.outputs;
    } finally {
      scope.close();
    }
  }
}
