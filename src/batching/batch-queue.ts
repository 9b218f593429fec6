import type { BatchingOptions } from '../config/index.ts';
import { invalidArgument } from '../status/index.ts';
import { Batch } from './batch.ts';
import { queueFull, timedOut } from './batch-faults.ts';
import type { BatchScheduler, ScheduledQueue } from './batch-scheduler.ts';
import { type BatchTask, countedRows, type Piece } from './batch-task.ts';
import type { Bypass } from './bypass.ts';

/** What a queue looks at of {@link BatchingOptions}. */
export type QueueOptions = Pick<
  BatchingOptions,
  | 'maxBatchSize'
  | 'batchTimeoutMs'
  | 'maxEnqueuedBatches'
  | 'enableLargeBatchSplitting'
  | 'maxExecutionBatchSize'
>;

/** Where a piece waits. */
interface Place<Task> {
  readonly batch: Batch<Task>;
  readonly piece: Piece<Task>;
}

/**
 * The tasks that may run together, gathered into batches in the order in which they came (spec 7.3). Its
 * scheduler decides when a batch is run, `run` how. Belongs to one thread.
 *
 * 1. The last batch is open: a task that fits joins it, one that does not closes it and opens the next,
 *    or is cut, where large tasks are.
 * 2. A batch is ready when a later one has been opened, when it is full, when `batchTimeoutMs` have
 *    passed since its first task, or once it, or its scheduler, was flushed.
 * 3. No more than `maxEnqueuedBatches` wait, the open one included; a task that would need one more is
 *    refused with UNAVAILABLE, and nothing of it is enqueued.
 * 4. A task whose deadline passes while it waits is refused, one that is withdrawn leaves at once:
 *    neither is run, and what is left of their batches is.
 * 5. While nothing waits, other threads may run themselves what would be a ready batch here (`Bypass`): until the
 *    queue is flushed.
 *
 * The longest wait: a task that has `k` batches before it in its queue begins at the latest when its batch
 * is ready and `(k + 1) × queues ÷ places` runs of the slowest model have ended, whatever other queues do.
 */
export class BatchQueue<Task extends BatchTask> implements ScheduledQueue {
  readonly #scheduler: BatchScheduler;
  readonly #options: QueueOptions;
  readonly #run: (pieces: readonly Piece<Task>[]) => Promise<unknown>;
  readonly #bypass: Bypass | null;
  /** The last one is open, and the only one that may be empty. */
  readonly #batches: Batch<Task>[] = [new Batch<Task>()];
  readonly #waiting = new Map<Task, Place<Task>[]>();
  /** No later than the first deadline among those that wait. */
  #firstDeadline = Number.POSITIVE_INFINITY;
  #isFlushed = false;

  /**
   * @param run must not reject; it is called with at least one piece, and no task is late.
   * @param bypass of other threads, which take their places from the scheduler's
   */
  constructor(
    scheduler: BatchScheduler,
    options: QueueOptions,
    run: (pieces: readonly Piece<Task>[]) => Promise<unknown>,
    bypass: Bypass | null = null,
  ) {
    this.#scheduler = scheduler;
    this.#options = options;
    this.#run = run;
    this.#bypass = bypass;
    this.#openBypass();
  }

  /** @throws StatusError INVALID_ARGUMENT for a task that is too large, UNAVAILABLE where there is no room. */
  add(task: Task): void {
    const { enableLargeBatchSplitting: splits, maxBatchSize } = this.#options;
    if (task.rows > maxBatchSize) {
      throw invalidArgument(
        `Task size ${task.rows} is larger than maximum input batch size ${maxBatchSize}`,
      );
    }
    const size = countedRows(task.rows);
    if (splits) this.#checkCapacity(size);
    else this.#checkRoom(size);
    const since = this.#scheduler.now();
    const places: Place<Task>[] = [];
    for (let from = 0; ; ) {
      const room = this.#limit - this.#open.size;
      if (room < size && (!splits || room === 0)) this.#batches.push(new Batch<Task>());
      const batch = this.#open;
      const to = splits ? Math.min(task.rows, from + this.#limit - batch.size) : task.rows;
      const piece = { task, from, to, since };
      batch.add(piece);
      places.push({ batch, piece });
      from = to;
      if (from >= task.rows) break;
    }
    this.#waiting.set(task, places);
    if (task.deadline < this.#firstDeadline) this.#firstDeadline = task.deadline;
    this.#bypass?.shut();
    this.#scheduler.changed(this);
  }

  /** A task is given up: what of it still waits is not run. */
  withdraw(task: Task): void {
    const places = this.#waiting.get(task);
    if (places === undefined) return;
    this.#waiting.delete(task);
    for (const { batch, piece } of places) {
      batch.delete(piece);
      if (batch.isEmpty && batch !== this.#open) {
        this.#batches.splice(this.#batches.indexOf(batch), 1);
      }
    }
    this.#openBypass();
  }

  /** What waits need not wait for more any longer; nor does what is still to come. */
  flush(): void {
    this.#isFlushed = true;
    this.#bypass?.close();
    this.#scheduler.changed(this);
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  readyAt(): number {
    if (this.isEmpty) return Number.POSITIVE_INFINITY;
    const open = this.#open;
    if (this.#batches.length > 1 || open.size >= this.#limit || this.#isFlushed) {
      return Number.NEGATIVE_INFINITY;
    }
    return open.began + this.#options.batchTimeoutMs;
  }

  get firstDeadline(): number {
    return this.#firstDeadline;
  }

  expire(now: number): void {
    if (now < this.#firstDeadline) return;
    this.#firstDeadline = Number.POSITIVE_INFINITY;
    for (const task of this.#waiting.keys()) {
      if (task.deadline <= now) this.#refuse(task);
      else if (task.deadline < this.#firstDeadline) this.#firstDeadline = task.deadline;
    }
  }

  take(): () => Promise<unknown> {
    const batch = this.#batches.shift()!;
    if (this.#batches.length === 0) this.#batches.push(new Batch<Task>());
    const pieces = [...batch.pieces];
    for (const { task } of pieces) {
      const places = this.#waiting.get(task)!;
      // Its first places come first.
      places.shift();
      if (places.length === 0) this.#waiting.delete(task);
    }
    if (this.isEmpty) this.#firstDeadline = Number.POSITIVE_INFINITY;
    this.#openBypass();
    return () => this.#run(pieces);
  }

  get #open(): Batch<Task> {
    return this.#batches.at(-1)!;
  }

  get #limit(): number {
    return this.#options.maxExecutionBatchSize;
  }

  /** Lets other threads run what would not wait here, as long as nothing does. */
  #openBypass(): void {
    if (this.#bypass === null || !this.isEmpty) return;
    const { maxBatchSize, batchTimeoutMs } = this.#options;
    const most = Math.min(maxBatchSize, this.#limit);
    this.#bypass.open({
      runs: Number.POSITIVE_INFINITY,
      leastRows: batchTimeoutMs > 0 ? this.#limit : 1,
      ...{ togetherRows: most, togetherMs: 0, aloneRows: most, aloneMs: 0 },
      ...{ bestRows: 0, bestRuns: 0, surplusRuns: 0 },
    });
  }

  #refuse(task: Task): void {
    this.withdraw(task);
    task.refuse(timedOut());
  }

  #checkRoom(size: number): void {
    const { maxEnqueuedBatches: most } = this.#options;
    const count = this.#batches.length;
    if (this.#open.size + size <= this.#limit || count < most) return;
    throw queueFull(`currently ${count} batches enqueued and max_enqueued_batches is ${most}`);
  }

  #checkCapacity(size: number): void {
    const { maxEnqueuedBatches: most } = this.#options;
    const count = this.#batches.length;
    const openSize = this.#open.size;
    const capacity = (most - count) * this.#limit + (this.#limit - openSize);
    if (size <= capacity) return;
    throw queueFull(
      `task size is ${size} but scheduling capacity is only ${capacity} ` +
        `(num_enqueued_batches=${count}, max_enqueued_batches=${most}, ` +
        `open_batch_size=${openSize}, max_execution_batch_size=${this.#limit})`,
    );
  }
}
