/** Is told what becomes of batches: it must be quick, and not throw. */
export interface BatchObserver {
  /** A task, or a piece of one, has left its queue to be run. */
  dequeued(microseconds: number): void;
  /** One input of a task of so many rows is run with a batch. */
  inputTaken(rows: number): void;
  /** A batch of so many rows is run, padded to `paddedRows`. */
  batchRun(rows: number, paddedRows: number): void;
  /** An adaptive queue was to run so many rows at most, in one of so many batches at once. */
  adapted(rows: number, runs: number): void;
  /** A task was refused since its queue was full. */
  queueFull(): void;
}
