import { type BatchTask, joinTensors, type Piece, type SharedMemory } from '../batching/index.ts';
import type { TensorScope } from '../engines/index.ts';
import { cancelled, StatusError } from '../status/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { pace } from '../util/index.ts';

export interface BatchedRunOptions {
  /** Of the request; outputs belong to it. */
  readonly scope: TensorScope;
  readonly inputs: readonly Tensor[];
  readonly rows: number;
  readonly deadline: number;
  readonly signal: AbortSignal | null;
  /** The run is over before its time: what of it still waits is not to be run. */
  readonly onLeave: (run: BatchedRun) => void;
}

/** Outputs of a piece of a run. */
interface Part {
  readonly from: number;
  readonly tensors: readonly Tensor[];
}

/**
 * One request's run as a task of a queue. Its promise is settled once: with its outputs, with the first
 * error, or at once when its signal is aborted. After that its inputs may be gone, and its share of outputs is refused.
 */
export class BatchedRun implements BatchTask {
  readonly scope: TensorScope;
  readonly inputs: readonly Tensor[];
  readonly rows: number;
  readonly deadline: number;
  readonly signal: AbortSignal | null;
  readonly outputs: Promise<readonly Tensor[]>;
  readonly #onLeave: (run: BatchedRun) => void;
  readonly #onAbort = () => this.refuse(cancelled('The request was cancelled'));
  #resolve!: (outputs: readonly Tensor[]) => void;
  #reject!: (error: StatusError) => void;
  #isOver = false;
  /** Of the pieces that have been run, where there are several. */
  readonly #parts: Part[] = [];
  #delivered = 0;

  constructor(options: BatchedRunOptions) {
    const { scope, inputs, rows, deadline, signal, onLeave } = options;
    this.scope = scope;
    this.inputs = inputs;
    this.rows = rows;
    this.deadline = deadline;
    this.signal = signal;
    this.#onLeave = onLeave;
    this.outputs = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal?.addEventListener('abort', this.#onAbort);
  }

  /** Whether nobody waits for it any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  refuse(error: StatusError): void {
    if (this.#isOver) return;
    this.#settled();
    this.#onLeave(this);
    this.#reject(error);
  }

  /**
   * The outputs of a piece are there.
   * @param memory that they are views on; null where they belong to the run's own scope
   */
  deliver(
    { from, to }: Piece<BatchedRun>,
    tensors: readonly Tensor[],
    memory: SharedMemory | null,
  ): void {
    if (this.#isOver) return;
    if (memory !== null) this.scope.onClose(memory.share());
    this.#delivered += to - from;
    if (from === 0 && to === this.rows) {
      this.#settled();
      this.#resolve(tensors);
      return;
    }
    this.#parts.push({ from, tensors });
    if (this.#delivered === this.rows) void this.#join();
  }

  /** One tensor of each output's parts. */
  async #join(): Promise<void> {
    try {
      const parts = this.#parts.sort((a, b) => a.from - b.from);
      const outputs: Tensor[] = [];
      for (let i = 0; i < parts[0]!.tensors.length; i++) {
        const pieces = parts.map(({ tensors }) => ({
          tensor: tensors[i]!,
          isGone: () => this.#isOver,
        }));
        const joined = await pace(joinTensors(pieces, 0, this.scope), null);
        if (joined === null) return;
        outputs.push(joined);
      }
      this.#settled();
      this.#resolve(outputs);
    } catch (error) {
      this.refuse(StatusError.from(error));
    }
  }

  #settled(): void {
    this.#isOver = true;
    this.signal?.removeEventListener('abort', this.#onAbort);
  }
}
