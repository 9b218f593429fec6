import { isDeepStrictEqual } from 'node:util';
import {
  AdaptiveQueue,
  type BatchObserver,
  BatchQueue,
  type BatchScheduler,
  Bypass,
  type Piece,
  type RunSample,
  rowsOfInputs,
  shapeKind,
} from '../batching/index.ts';
import type { BatchingOptions } from '../config/index.ts';
import type {
  LoadedModel,
  RunOptions,
  SharedModel,
  SignatureSpec,
  TensorScope,
} from '../engines/index.ts';
import { Code, cancelled, failedPrecondition, StatusError } from '../status/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { RunsUnderWay } from '../util/index.ts';
import { BatchRunner } from './batch-runner.ts';
import { BatchedRun } from './batched-run.ts';
import { WrappedModel } from './wrapped-model.ts';

export interface BatchedModelOptions {
  /** Makes the runs; the batched model closes it. */
  readonly model: LoadedModel;
  /** Shared with other models; belongs to this thread. */
  readonly scheduler: BatchScheduler;
  /** Null: its runs are made one by one, until {@link BatchedModel.retune} says otherwise. */
  readonly options: BatchingOptions | null;
  readonly observer: BatchObserver;
  /** By which other threads ask for its runs. */
  readonly number: number;
  /** Called once, when it runs nothing any more. */
  readonly closed: () => void;
}

type RunQueue = BatchQueue<BatchedRun> | AdaptiveQueue<BatchedRun>;

/** Of the runs that wait in one queue, what another thread needs to make them itself: {@link TurnBatches}. */
export interface BypassOffer {
  /** The model knows it by this number. */
  readonly number: number;
  /** Of {@link PlacePool}. */
  readonly places: SharedArrayBuffer;
  /** Of {@link Bypass}. */
  readonly bypass: SharedArrayBuffer;
  readonly options: BatchingOptions;
}

/** A queue, and how other threads may bypass it; null: there are none. */
interface Entry {
  readonly queue: RunQueue;
  readonly bypass: Bypass | null;
  readonly offer: BypassOffer | null;
}

/** Clients choose what is fetched; the choices that are used again and again are few. */
const mostQueues = 256;

/**
 * A model whose runs wait for others to be run together with them (spec 7), as long as they are to: one queue for each set of
 * tensors that are fed and fetched, whichever signature names them. What a queue looks like from outside
 * is said in {@link BatchQueue}, what a run does in {@link BatchRunner}.
 *
 * Runs are the requests' of one thread; others are brought there, or made by the threads that have them, as far as the
 * queue lets them ({@link offer}).
 */
export class BatchedModel extends WrappedModel {
  readonly #given: BatchedModelOptions;
  #options: BatchingOptions | null;
  /** Whether runs are batched, for other threads. */
  readonly #isOn = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** By the names of their tensors. */
  #queues = new Map<string, Entry>();
  /** All outputs of a signature are nearly always what is fetched. */
  #queueOfAll = new WeakMap<SignatureSpec, Entry>();
  #lastBypass = 0;
  /** Requests and batches that are not over. */
  readonly #underWay = new RunsUnderWay();
  #closing: Promise<void> | null = null;

  constructor(given: BatchedModelOptions) {
    super(given.model);
    this.#given = given;
    this.#options = given.options;
    this.#tellOthers();
  }

  /**
   * As {@link LoadedModel.run}, but that where runs are batched it always takes until later.
   *
   * @throws StatusError also INVALID_ARGUMENT for inputs whose first dimensions differ, UNAVAILABLE where the
   * queue is full, RESOURCE_EXHAUSTED when the deadline passes in it, FAILED_PRECONDITION where outputs cannot be divided.
   */
  run(
    scope: TensorScope,
    signature: SignatureSpec,
    feeds: readonly Tensor[],
    fetches: readonly number[] | null,
    runOptions: RunOptions,
  ): readonly Tensor[] | Promise<readonly Tensor[]> {
    if (this.#closing !== null) throw failedPrecondition('The model is closed');
    const options = this.#options;
    if (options === null)
      return this.#given.model.run(scope, signature, feeds, fetches, runOptions);
    const { deadline, signal } = runOptions;
    if (signal?.aborted) throw cancelled('The request was cancelled');
    const rows = rowsOfInputs(feeds);
    const order = isAscending(fetches) ? null : fetches;
    const sorted = order === null ? fetches : [...order].sort((a, b) => a - b);
    const { queue } = this.#queueOf(options, signature, sorted);
    const onLeave = (left: BatchedRun) => queue.withdraw(left);
    const run = new BatchedRun({ scope, inputs: feeds, rows, deadline, signal, onLeave });
    this.#add(queue, run);
    if (order === null) return run.outputs;
    return run.outputs.then((outputs) => order.map((index) => outputs[sorted!.indexOf(index)]!));
  }

  /**
   * What another thread needs to make runs like these itself where none waits.
   *
   * @returns null where it may not
   */
  offer(signature: SignatureSpec, fetches: readonly number[] | null): BypassOffer | null {
    const options = this.#options;
    if (options === null || this.#closing !== null || !isAscending(fetches)) return null;
    return this.#queueOf(options, signature, fetches).offer;
  }

  /** Another thread has made these runs, or ones like them, past a queue; one that is not in use any more learns nothing. */
  ran(number: number, samples: readonly RunSample[]): void {
    for (const { queue, offer } of this.#queues.values()) {
      if (offer?.number === number && queue instanceof AdaptiveQueue) queue.learn(samples);
    }
  }

  /** A thread that made runs past queues has ended, and they have. */
  threadEnded(row: number): void {
    for (const { bypass } of this.#queues.values()) bypass?.clearRow(row);
  }

  override lend(): SharedModel {
    const { number } = this.#given;
    const isOn = this.#isOn.buffer as SharedArrayBuffer;
    return { ...super.lend(), batched: { number, isOn } };
  }

  /**
   * From now on requests are batched like this; null: not at all. Those that wait are run as they are, and wait for no
   * more.
   *
   * @returns whether anything changes
   */
  retune(options: BatchingOptions | null): boolean {
    if (isDeepStrictEqual(options, this.#options)) return false;
    this.#options = options;
    this.#tellOthers();
    this.#forgetQueues();
    return true;
  }

  /** Its scheduler has other places than before: an adaptive queue, which has tried how many are best, begins anew. */
  resized(): void {
    if ((this.#options?.adaptive ?? null) !== null) this.#forgetQueues();
  }

  /** Runs what waits, and closes the model. */
  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #tellOthers(): void {
    Atomics.store(this.#isOn, 0, this.#options === null ? 0 : 1);
  }

  /** Those that are forgotten still run what waits in them. */
  #forgetQueues(): void {
    this.#flush();
    this.#queues = new Map();
    this.#queueOfAll = new WeakMap();
  }

  async #close(): Promise<void> {
    this.#flush();
    await this.#underWay.ended();
    this.#given.closed();
    await super.close();
  }

  #flush(): void {
    for (const { queue } of this.#queues.values()) queue.flush();
  }

  #add(queue: RunQueue, run: BatchedRun): void {
    try {
      queue.add(run);
    } catch (error) {
      if (StatusError.from(error).code === Code.UNAVAILABLE) this.#given.observer.queueFull();
      // Nobody waits for it; it lets go of its signal.
      run.outputs.catch(() => {});
      run.refuse(StatusError.from(error));
      throw error;
    }
    this.#underWay.begin();
    const ended = () => this.#underWay.end();
    run.outputs.then(ended, ended);
  }

  #queueOf(
    options: BatchingOptions,
    signature: SignatureSpec,
    fetches: readonly number[] | null,
  ): Entry {
    if (fetches !== null) return this.#namedQueue(options, signature, fetches);
    let entry = this.#queueOfAll.get(signature);
    if (entry === undefined) {
      entry = this.#namedQueue(options, signature, null);
      this.#queueOfAll.set(signature, entry);
    }
    return entry;
  }

  #namedQueue(
    options: BatchingOptions,
    signature: SignatureSpec,
    fetches: readonly number[] | null,
  ): Entry {
    const { inputs, outputs } = signature;
    const fetched = fetches === null ? outputs : fetches.map((index) => outputs[index]!);
    const key = JSON.stringify([inputs, fetched].map((specs) => specs.map(({ name }) => name)));
    let entry = this.#queues.get(key);
    if (entry === undefined) {
      if (this.#queues.size === mostQueues) this.#forgetQueues();
      entry = this.#newQueue(options, signature, fetches);
      this.#queues.set(key, entry);
    }
    return entry;
  }

  #newQueue(
    options: BatchingOptions,
    signature: SignatureSpec,
    fetches: readonly number[] | null,
  ): Entry {
    const { model, scheduler, observer } = this.#given;
    const now = () => scheduler.now();
    const runner = new BatchRunner({ model, signature, fetches, options, observer, now });
    const run = async (pieces: readonly Piece<BatchedRun>[]) => {
      this.#underWay.begin();
      const together = await runner.run(pieces);
      this.#underWay.end();
      return together;
    };
    const { pool } = scheduler;
    if (!pool.isShared)
      return { queue: this.#queueWith(options, run, null), bypass: null, offer: null };
    const bypass = Bypass.create(pool.rows);
    const number = ++this.#lastBypass;
    const offer = { number, places: pool.buffer, bypass: bypass.buffer, options };
    return { queue: this.#queueWith(options, run, bypass), bypass, offer };
  }

  #queueWith(
    options: BatchingOptions,
    run: (pieces: readonly Piece<BatchedRun>[]) => Promise<number>,
    bypass: Bypass | null,
  ): RunQueue {
    const { scheduler, observer } = this.#given;
    const { adaptive = null } = options;
    if (adaptive === null) return new BatchQueue<BatchedRun>(scheduler, options, run, bypass);
    const { maxExecutionBatchSize, maxEnqueuedBatches } = options;
    return new AdaptiveQueue<BatchedRun>({
      ...{ scheduler, mostRuns: scheduler.places, run, bypass },
      options: {
        mostRows: maxExecutionBatchSize,
        mostWaitingRows: maxExecutionBatchSize * maxEnqueuedBatches,
        targetMs: adaptive.targetMs,
      },
      kindOf: ({ inputs }) => shapeKind(inputs, options.padVariableLengthInputs),
      decided: (rows, runs) => observer.adapted(rows, runs),
    });
  }
}

/** Whether outputs are fetched in the order of the signature. */
export function isAscending(indices: readonly number[] | null): boolean {
  if (indices === null) return true;
  for (let i = 1; i < indices.length; i++) if (indices[i]! < indices[i - 1]!) return false;
  return true;
}
