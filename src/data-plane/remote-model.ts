import type { BatchObserver } from '../batching/index.ts';
import type {
  LentBatches,
  LoadedModel,
  RunOptions,
  SharedModel,
  SignatureSpec,
  TensorScope,
} from '../engines/index.ts';
import { type BypassOffer, isAscending, TurnBatches, WrappedModel } from '../servables/index.ts';
import { failedPrecondition } from '../status/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { RunsUnderWay } from '../util/index.ts';
import type { RemoteRun, RemoteRuns } from './remote-runs.ts';

export interface RemoteModelOptions {
  /** Makes the runs that this thread may make itself; the remote model closes it. */
  readonly borrowed: LoadedModel;
  readonly runs: RemoteRuns;
  readonly batches: LentBatches;
  /** Of this thread in memory that threads share. */
  readonly row: number;
  /** Is told of the batches that this thread runs. */
  readonly observer: BatchObserver;
}

/** Choices of outputs of a signature that are remembered; others are always run by the other thread. */
const mostChoices = 16;

/**
 * A model whose runs are made by the thread that lent it, together with those of other threads; or, as far as that
 * one lets this thread, here: {@link TurnBatches}. How it may is told with the first reply. As long as runs are not batched,
 * they are made here one by one. Everything else is asked of the borrowed model.
 */
export class RemoteModel extends WrappedModel {
  readonly #given: RemoteModelOptions;
  readonly #borrowed: LoadedModel;
  readonly #isOn: Int32Array;
  /** The keys of what was combined. */
  readonly #combined = new WeakMap<SignatureSpec, readonly string[]>();
  /** By the outputs that are fetched. */
  readonly #turns = new WeakMap<SignatureSpec, Map<string, TurnBatches>>();
  /** Runs made here. */
  readonly #underWay = new RunsUnderWay();

  constructor(given: RemoteModelOptions) {
    super(given.borrowed);
    this.#given = given;
    this.#borrowed = given.borrowed;
    this.#isOn = new Int32Array(given.batches.isOn);
  }

  /**
   * As {@link LoadedModel.run}; but where runs are batched, feeds in the engine's own memory may leave `scope` until the
   * run has ended: their views are empty then.
   */
  run(
    scope: TensorScope,
    signature: SignatureSpec,
    feeds: readonly Tensor[],
    fetches: readonly number[] | null,
    options: RunOptions,
  ): readonly Tensor[] | Promise<readonly Tensor[]> {
    if (Atomics.load(this.#isOn, 0) === 0) {
      return this.#borrowed.run(scope, signature, feeds, fetches, options);
    }
    const turn = this.#turns.get(signature)?.get(choiceOf(fetches));
    if (turn !== undefined) return turn.run(scope, feeds, options);
    const run = this.#remote(signature, fetches);
    const onBypass = (offer: BypassOffer) => this.#useBypass(signature, fetches, offer);
    const asks = isAscending(fetches) ? onBypass : null;
    return this.#given.runs.run(scope, run, feeds, options, asks);
  }

  override combine(signatures: readonly SignatureSpec[]): SignatureSpec {
    const combined = super.combine(signatures);
    if (!this.#combined.has(combined)) {
      this.#combined.set(
        combined,
        signatures.map(({ key }) => key),
      );
    }
    return combined;
  }

  override handOver(): SharedModel {
    throw failedPrecondition('The model belongs to another thread');
  }

  override lend(): SharedModel {
    throw failedPrecondition('The model belongs to another thread');
  }

  /** Waits for the runs that are made here, also for those that nobody waits for any more. */
  override async close(): Promise<void> {
    await this.#underWay.ended();
    await super.close();
  }

  #remote(signature: SignatureSpec, fetches: readonly number[] | null): RemoteRun {
    const signatures = this.#combined.get(signature) ?? [signature.key];
    return { model: this.#given.batches.number, signatures, fetches };
  }

  /** From now on runs like these are made here, as far as the queue lets this thread. */
  #useBypass(
    signature: SignatureSpec,
    fetches: readonly number[] | null,
    offer: BypassOffer,
  ): void {
    let turns = this.#turns.get(signature);
    if (turns === undefined) this.#turns.set(signature, (turns = new Map()));
    const choice = choiceOf(fetches);
    if (turns.size === mostChoices || turns.has(choice)) return;
    const { runs, row, observer } = this.#given;
    const { number } = this.#given.batches;
    const run = this.#remote(signature, fetches);
    const turn = new TurnBatches({
      ...{ model: this.#borrowed, signature, fetches, offer, row, observer },
      now: () => performance.now(),
      handOver: ({ scope, inputs, deadline, signal }) =>
        runs.run(scope, run, inputs, { deadline, signal }),
      send: () => runs.flush(),
      report: (samples) => runs.ran(number, offer.number, samples),
      begun: () => this.#underWay.begin(),
      ended: () => this.#underWay.end(),
      closed: () => void turns.delete(choice),
    });
    turns.set(choice, turn);
  }
}

function choiceOf(fetches: readonly number[] | null): string {
  return fetches === null ? '' : fetches.join();
}
