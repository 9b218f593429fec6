import {
  type BatchObserver,
  Bypass,
  Crowding,
  lateReply,
  type Piece,
  PlacePool,
  type RunSample,
  rowsOfInputs,
  shapeKind,
} from '../batching/index.ts';
import type { LoadedModel, RunOptions, SignatureSpec, TensorScope } from '../engines/index.ts';
import { cancelled, StatusError } from '../status/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { BatchRunner } from './batch-runner.ts';
import type { BypassOffer } from './batched-model.ts';
import { BatchedRun } from './batched-run.ts';

/** How often the owner of the queue is told what runs cost, in ms: it is to be next to nothing. */
const reportMs = 250;
/** The same where the queue says that there is not always enough to do: then little depends on it. */
const reportAtEaseMs = 1000;
/** Of the runs made since the last report, the first ones are told, so many at most. */
const mostSamples = 16;
/** After so many turns with one request each, the next one is taken to come alone, too. */
const enoughQuiet = 4;

export interface TurnBatchesOptions {
  /** Makes the runs on this thread. */
  readonly model: LoadedModel;
  readonly signature: SignatureSpec;
  /** In the order of the signature; null: all. */
  readonly fetches: readonly number[] | null;
  readonly offer: BypassOffer;
  /** Of this thread among those that share places. */
  readonly row: number;
  readonly observer: BatchObserver;
  /** The clock of deadlines. */
  readonly now: () => number;
  /** Calls `work` soon, after what is under way; default: at the end of this turn of the event loop. */
  readonly defer?: (work: () => void) => void;
  /** Has a run made by the thread that has the queue. The run is the request's own. */
  readonly handOver: (run: BatchedRun) => Promise<readonly Tensor[]>;
  /** Sends what was handed over and reported, which nothing more of this turn will follow. */
  readonly send: () => void;
  /** Tells that thread of some of the runs that were made here. */
  readonly report: (samples: readonly RunSample[]) => void;
  /** A run is made here, from now on until `ended` is called. */
  readonly begun: () => void;
  readonly ended: () => void;
  /** The queue is in use no longer: it will let this thread run nothing any more. */
  readonly closed: () => void;
}

interface TurnBatch {
  readonly pieces: readonly Piece<BatchedRun>[];
  readonly rows: number;
}

/**
 * The requests of one thread for one queue of another ({@link BatchedModel}). What comes in one turn of the event
 * loop is run together, here and at once, if nothing waits in the queue, a place is free, and the queue's terms
 * ({@link Bypass}) allow it: no message is sent, and tiny runs are made on this thread. Else all of it is handed
 * over to the queue, where it is run together with what comes from other threads; but for what the queue has told that it would
 * refuse. Belongs to one thread.
 *
 * 1. A request that is refused here is so when it comes. Others are run or handed over at the end of the turn in which they came
 *    or, where too many came to be run together, of the next one. But where the last turns had one request each, the first of a
 *    turn is run when it comes, by itself: nothing is likely to join it, and the rest of a turn takes longer than all else
 *    that is done here. It leaves the last place to what may be run together.
 * 2. What is run here is what the queue would have run: within the same limits, padded, divided and counted the
 *    same way (`BatchRunner`). What the queue would refuse is refused here where it has told so, and else handed over.
 * 3. A run that is made here holds a place from before it begins until the model's run has settled, also when nobody waits for
 *    it any more. One that comes by itself while all places are taken, which happens seldom ({@link Crowding}), takes a surplus one
 *    where the queue lets it: it waits in the engine, and may be refused there as without batching.
 */
export class TurnBatches {
  readonly #given: TurnBatchesOptions;
  readonly #places: PlacePool;
  readonly #bypass: Bypass;
  readonly #runner: BatchRunner;
  readonly #crowding = new Crowding();
  readonly #defer: (work: () => void) => void;
  readonly #isAdaptive: boolean;
  /** What came in this turn and waits for its end, after what was left by the one before. */
  #held: Piece<BatchedRun>[] = [];
  #left = 0;
  #isInTurn = false;
  /** Requests of this turn, and the turns in a row that had one each. */
  #came = 0;
  #quietTurns = 0;
  #samples: RunSample[] = [];
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(given: TurnBatchesOptions) {
    const { model, signature, fetches, offer, observer, now, defer = setImmediate } = given;
    this.#given = given;
    this.#places = new PlacePool(offer.places);
    this.#bypass = new Bypass(offer.bypass);
    const { options } = offer;
    this.#isAdaptive = (options.adaptive ?? null) !== null;
    this.#runner = new BatchRunner({ model, signature, fetches, options, observer, now });
    this.#defer = defer;
  }

  /** As {@link LoadedModel.run}; rejects and throws as that of {@link BatchedModel} does. */
  run(
    scope: TensorScope,
    feeds: readonly Tensor[],
    options: RunOptions,
  ): readonly Tensor[] | Promise<readonly Tensor[]> {
    const { deadline, signal } = options;
    if (signal?.aborted) throw cancelled('The request was cancelled');
    const rows = rowsOfInputs(feeds);
    const since = this.#given.now();
    this.#refuseLate(deadline - since);
    if (this.#came++ === 0) {
      const free = this.#bypass.isFull ? 0 : this.#places.free;
      this.#crowding.came(free === 0);
      if (this.#mayRunAlone(rows, deadline - since, free)) {
        return this.#runAlone(scope, feeds, rows, options, free === 0 ? null : since);
      }
    }
    this.#beginTurn();
    const run = new BatchedRun({ scope, inputs: feeds, rows, deadline, signal, onLeave() {} });
    this.#held.push({ task: run, from: 0, to: rows, since });
    return run.outputs;
  }

  #beginTurn(): void {
    if (this.#isInTurn) return;
    this.#isInTurn = true;
    this.#defer(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#isInTurn = false;
    this.#quietTurns = this.#came === 1 ? this.#quietTurns + 1 : 0;
    this.#came = 0;
    if (this.#held.length > 0) this.#runHeld();
  }

  #runHeld(): void {
    const held = this.#held;
    const left = held.splice(0, this.#left).filter(isWanted);
    const came = held.filter(isWanted);
    this.#held = [];
    this.#left = 0;
    const all = left.concat(came);
    if (all.length === 0) return;
    const batch = this.#firstBatch(all);
    if (!this.#tryRun(batch)) {
      this.#handOver(all);
      return;
    }
    // The place may be free again by the end of the next turn: tiny runs are made in this one.
    const late = left.slice(batch.pieces.length);
    if (late.length > 0) this.#handOver(late);
    this.#held = came.slice(Math.max(0, batch.pieces.length - left.length));
    this.#left = this.#held.length;
    if (this.#left > 0) this.#beginTurn();
  }

  /**
   * Whether the first request of a turn is run at once; then a place is taken for it.
   *
   * @param free places; 0 also where the queue lets nothing more be run here
   */
  #mayRunAlone(rows: number, timeMs: number, free: number): boolean {
    if (this.#quietTurns < enoughQuiet || this.#held.length > 0) return false;
    if (rows === 0 || !this.#runner.isAllowed(rows)) return false;
    if (free === 1 && rows < this.#bypass.togetherRows) return false;
    const surplus = free === 0 && this.#crowding.isSeldom ? this.#bypass.surplusRuns : 0;
    if (free + surplus === 0) return false;
    // Another run comes first where no place is free.
    const isAllowed = this.#bypass.allows(1, rows, free === 0 ? timeMs / 2 : timeMs);
    return isAllowed && this.#takePlace(rows, surplus);
  }

  /**
   * Nothing that can wait is done before the run has begun.
   *
   * @param beganAt null where it has to wait for another one: what it takes tells nothing of what it costs
   */
  #runAlone(
    scope: TensorScope,
    feeds: readonly Tensor[],
    rows: number,
    options: RunOptions,
    beganAt: number | null,
  ): readonly Tensor[] | Promise<readonly Tensor[]> {
    const ended = (outputs: readonly Tensor[]) => {
      this.#end(rows, feeds, beganAt);
      return outputs;
    };
    const failed = (error: unknown): never => {
      this.#end(rows, feeds, null);
      throw error;
    };
    let outputs: readonly Tensor[] | Promise<readonly Tensor[]>;
    try {
      outputs = this.#runner.runAlone(scope, feeds, rows, options);
    } catch (error) {
      outputs = Promise.reject(error);
    }
    this.#beginTurn();
    this.#noteBegun();
    this.#given.observer.dequeued(0);
    return outputs instanceof Promise ? outputs.then(ended, failed) : ended(outputs);
  }

  /** What may be run together of what came, the first of it in any case. */
  #firstBatch(all: readonly Piece<BatchedRun>[]): TurnBatch {
    const [first] = all as readonly [Piece<BatchedRun>];
    const kind = this.#kindOf(first.task.inputs);
    const most = this.#bypass.togetherRows;
    let rows = first.to;
    let count = 1;
    for (; count < all.length; count++) {
      const next = all[count]!;
      if (rows + next.to > most || this.#kindOf(next.task.inputs) !== kind) break;
      rows += next.to;
    }
    return { pieces: all.slice(0, count), rows };
  }

  /** Runs a batch here. @returns false: it is to be handed over */
  #tryRun(batch: TurnBatch): boolean {
    const { pieces, rows } = batch;
    let earliest = Number.POSITIVE_INFINITY;
    for (const { task } of pieces) {
      // Those without rows count otherwise in a queue.
      if (task.rows === 0) return false;
      if (task.deadline < earliest) earliest = task.deadline;
    }
    const time = earliest - this.#given.now();
    if (!this.#bypass.allows(pieces.length, rows, time) || !this.#takePlace(rows)) return false;
    void this.#run(batch);
    return true;
  }

  /** Tasks of one kind can be joined; in a queue that does not learn their costs all are of one. */
  #kindOf(inputs: readonly Tensor[]): string {
    if (!this.#isAdaptive) return '';
    return shapeKind(inputs, this.#given.offer.options.padVariableLengthInputs);
  }

  #takePlace(rows: number, surplus = 0): boolean {
    const { row } = this.#given;
    if (this.#places.isLacking) return false;
    if (this.#bypass.tryEnter(row, rows, surplus)) {
      if (this.#places.tryTake(row, surplus)) return true;
      this.#bypass.leave(row, rows);
    }
    this.#places.wake();
    return false;
  }

  async #run({ pieces, rows }: TurnBatch): Promise<void> {
    this.#noteBegun();
    const beganAt = this.#given.now();
    const together = await this.#runner.run(pieces);
    const [{ task }] = pieces as readonly [Piece<BatchedRun>];
    this.#end(rows, task.inputs, together === 0 ? null : beganAt, together);
  }

  #noteBegun(): void {
    const { observer, begun } = this.#given;
    begun();
    if (!this.#isAdaptive) return;
    const { rows, runs } = this.#bypass.best;
    observer.adapted(rows, runs);
  }

  /**
   * A run has ended.
   *
   * @param inputs one request's. @param beganAt null: what it took tells nothing of what such a run costs
   * @param together how many of the rows were run together
   */
  #end(rows: number, inputs: readonly Tensor[], beganAt: number | null, together = rows): void {
    const { row, ended } = this.#given;
    // The queue looks at its runs when it is woken by a place.
    this.#bypass.leave(row, rows);
    this.#places.giveBack(row);
    if (this.#isAdaptive && beganAt !== null) this.#sample(inputs, together, beganAt);
    ended();
  }

  #sample(inputs: readonly Tensor[], rows: number, beganAt: number): void {
    const now = this.#given.now();
    if (this.#samples.length < mostSamples) {
      this.#samples.push({ kind: this.#kindOf(inputs), rows, milliseconds: now - beganAt });
    }
    const pause = this.#bypass.surplusRuns > 0 ? reportAtEaseMs : reportMs;
    if (now - this.#reportedAt < pause) return;
    this.#reportedAt = now;
    this.#report();
  }

  #report(): void {
    if (this.#samples.length === 0) return;
    this.#given.report(this.#samples);
    this.#samples = [];
  }

  #handOver(pieces: readonly Piece<BatchedRun>[]): void {
    if (this.#bypass.isClosed) this.#given.closed();
    // What the queue knows of costs is to be what is known here.
    this.#report();
    for (const piece of pieces) void this.#runElsewhere(piece);
    this.#given.send();
  }

  /** Refuses what the queue would, which has told how soon a reply may be expected. */
  #refuseLate(timeMs: number): void {
    const { soonestMs } = this.#bypass;
    if (soonestMs === 0) return;
    const { offer, observer } = this.#given;
    const targetMs = offer.options.adaptive?.targetMs ?? Number.POSITIVE_INFINITY;
    const fault = lateReply(soonestMs, timeMs, targetMs);
    if (fault === null) return;
    observer.queueFull();
    throw fault;
  }

  async #runElsewhere(piece: Piece<BatchedRun>): Promise<void> {
    const { task } = piece;
    try {
      task.deliver(piece, await this.#given.handOver(task), null);
    } catch (error) {
      task.refuse(StatusError.from(error));
    }
  }
}

/** Whether anybody waits for it still. */
function isWanted({ task }: Piece<BatchedRun>): boolean {
  return !task.isOver;
}
