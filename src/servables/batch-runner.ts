import {
  allowedSize,
  type BatchObserver,
  gatherInputs,
  groupByShape,
  joinedShape,
  mayPad,
  outputFault,
  type Piece,
  rowsOf,
  SharedMemory,
} from '../batching/index.ts';
import type { BatchingOptions } from '../config/index.ts';
import type { LoadedModel, RunOptions, SignatureSpec, TensorScope } from '../engines/index.ts';
import { Code, StatusError } from '../status/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { pace } from '../util/index.ts';
import type { BatchedRun } from './batched-run.ts';

/** What one kind of runs needs: the tensors that are fed and fetched. */
export interface BatchRunnerOptions {
  readonly model: LoadedModel;
  readonly signature: SignatureSpec;
  readonly fetches: readonly number[] | null;
  readonly options: BatchingOptions;
  readonly observer: BatchObserver;
  /** The clock by which pieces were enqueued. */
  readonly now: () => number;
}

/**
 * Runs that may be made again to find which requests of a batch make it fail. One among a thousand is found with
 * twenty; so many find all of 64, which is at most twice what they would take one by one.
 */
const mostRepeats = 128;

/** Errors that tell nothing of what was fed. */
const ofTheMoment: ReadonlySet<Code> = new Set([
  Code.CANCELLED,
  Code.DEADLINE_EXCEEDED,
  Code.UNAVAILABLE,
]);

type RunPiece = Piece<BatchedRun>;

/**
 * Makes one run of the requests of a batch, and gives each its rows of the outputs.
 *
 * 1. Inputs are gathered in one copy, into memory of the engine. A request that makes a batch alone, and
 *    needs no padding, is run with its own tensors.
 * 2. Outputs are views on the batch's, which are freed when the last request that reads them has closed its scope.
 * 3. Requests whose shapes cannot be joined are run apart, one group after the other.
 * 4. Where a run of several fails and the model keeps no state, both halves are run again, and so on, for at
 *    most {@link mostRepeats} runs a batch: who is not to blame gets an answer, the others their own error.
 * 5. A request that is given up meanwhile takes nothing from the others. What is run goes on.
 */
export class BatchRunner {
  readonly #given: BatchRunnerOptions;

  constructor(given: BatchRunnerOptions) {
    this.#given = given;
  }

  /**
   * Never rejects: what goes wrong is the requests' to learn.
   *
   * @returns the rows of the one run that was made and came to its end; 0: there were several, or none
   */
  async run(pieces: readonly RunPiece[]): Promise<number> {
    const { observer, options, now } = this.#given;
    const begun = now();
    for (const { since } of pieces) observer.dequeued((begun - since) * 1000);
    const repeats = { left: mostRepeats };
    const pads = options.padVariableLengthInputs;
    try {
      const groups = groupByShape(pieces, ({ task }) => task.inputs, pads);
      if (groups.length === 1) return await this.#runGroup(groups[0]!, repeats);
      for (const group of groups) await this.#runGroup(group, repeats);
    } catch (error) {
      // A defect: nobody is to wait for ever, and the place is not to be lost.
      refuseAll(pieces, StatusError.from(error));
    }
    return 0;
  }

  /** Whether a batch of so many rows needs no padding. */
  isAllowed(rows: number): boolean {
    return allowedSize(rows, this.#given.options.allowedBatchSizes) === rows;
  }

  /**
   * Runs one request that needs no padding, with its own tensors.
   *
   * @throws StatusError as {@link LoadedModel.run}, and FAILED_PRECONDITION where its outputs cannot be divided; so does the promise reject
   */
  runAlone(
    scope: TensorScope,
    inputs: readonly Tensor[],
    rows: number,
    options: RunOptions,
  ): readonly Tensor[] | Promise<readonly Tensor[]> {
    const { model, signature, fetches } = this.#given;
    try {
      const outputs = model.run(scope, signature, inputs, fetches, options);
      if (outputs instanceof Promise) return outputs.then((given) => divisible(given, rows));
      return divisible(outputs, rows);
    } finally {
      // While it runs.
      this.#noteInputs(inputs.length, rows);
      this.#given.observer.batchRun(rows, rows);
    }
  }

  async #runGroup(pieces: readonly RunPiece[], repeats: { left: number }): Promise<number> {
    try {
      for (;;) {
        const live = pieces.filter(({ task }) => !task.isOver);
        if (live.length === 0) return 0;
        if (await this.#runOnce(live)) return rowsOfPieces(live);
      }
    } catch (thrown) {
      const error = StatusError.from(thrown);
      const half = pieces.length >> 1;
      if (half === 0 || repeats.left < 2 || !this.#mayRepeat(error)) {
        refuseAll(pieces, error);
        return 0;
      }
      repeats.left -= 2;
      await this.#runGroup(pieces.slice(0, half), repeats);
      await this.#runGroup(pieces.slice(half), repeats);
      return 0;
    }
  }

  #mayRepeat({ code }: StatusError): boolean {
    const { model, signature } = this.#given;
    return !ofTheMoment.has(code) && model.isStateless(signature);
  }

  /** @returns false where a request has gone before its inputs were gathered */
  async #runOnce(pieces: readonly RunPiece[]): Promise<boolean> {
    const { model, signature, fetches } = this.#given;
    const rows = rowsOfPieces(pieces);
    const padded = this.#paddedRows(pieces, rows);
    const [first] = pieces as readonly [RunPiece];
    if (pieces.length === 1 && padded === rows && rows === first.task.rows) {
      const { task } = first;
      task.deliver(first, await this.runAlone(task.scope, task.inputs, rows, task), null);
      return true;
    }
    const scope = model.openScope();
    const memory = new SharedMemory(() => scope.close());
    try {
      const sources = pieces.map(({ task, from, to }) => ({
        inputs: task.inputs.map((input) => rowsOf(input, from, to)),
        isGone: () => task.isOver,
      }));
      // A model that keeps state may keep strings, too: they must not lie in memory of the batch.
      const joiner = model.isStateless(signature) ? scope : null;
      const inputs = await pace(gatherInputs(sources, padded - rows, scope, joiner), null);
      if (inputs === null) return false;
      const deadline = Math.max(...pieces.map(({ task }) => task.deadline));
      this.#observe(pieces, padded);
      const run = { deadline, signal: null };
      const outputs = await model.run(scope, signature, inputs, fetches, run);
      const fault = outputFault(outputs, padded);
      // Fewer requests would meet with the same.
      if (fault === null) divide(pieces, outputs, memory);
      else refuseAll(pieces, fault);
      return true;
    } finally {
      memory.release();
    }
  }

  /** An allowed size, unless padding to it would take far more memory than the requests. */
  #paddedRows(pieces: readonly RunPiece[], rows: number): number {
    const size = allowedSize(rows, this.#given.options.allowedBatchSizes);
    if (size === rows) return rows;
    const isAffordable = pieces[0]!.task.inputs.every((_, i) => {
      const tensors = pieces.map(({ task }) => task.inputs[i]!);
      const [, ...behind] = joinedShape(tensors, 0);
      return mayPad(tensors, [size, ...behind]);
    });
    return isAffordable ? size : rows;
  }

  #observe(pieces: readonly RunPiece[], padded: number): void {
    const { observer } = this.#given;
    let rows = 0;
    for (const { task, from, to } of pieces) {
      rows += to - from;
      this.#noteInputs(task.inputs.length, to - from);
    }
    observer.batchRun(rows, padded);
  }

  #noteInputs(count: number, rows: number): void {
    for (let i = 0; i < count; i++) this.#given.observer.inputTaken(rows);
  }
}

/** @throws StatusError FAILED_PRECONDITION */
function divisible(outputs: readonly Tensor[], rows: number): readonly Tensor[] {
  const fault = outputFault(outputs, rows);
  if (fault !== null) throw fault;
  return outputs;
}

function divide(
  pieces: readonly RunPiece[],
  outputs: readonly Tensor[],
  memory: SharedMemory,
): void {
  let row = 0;
  for (const piece of pieces) {
    const end = row + piece.to - piece.from;
    const begin = row;
    row = end;
    const own = outputs.map((output) => rowsOf(output, begin, end));
    piece.task.deliver(piece, own, memory);
  }
}

function rowsOfPieces(pieces: readonly RunPiece[]): number {
  return pieces.reduce((sum, { from, to }) => sum + to - from, 0);
}

function refuseAll(pieces: readonly RunPiece[], error: StatusError): void {
  for (const { task } of pieces) task.refuse(error);
}
