import type { StatusError } from '../status/index.ts';

/** What waits to be run together with others of its kind. */
export interface BatchTask {
  /** Indices of the first dimension of its inputs. */
  readonly rows: number;
  /** When it must have begun: ms of the scheduler's clock; Infinity: never mind. */
  readonly deadline: number;
  /** It has left its queue and will not be run. Called at most once; must not throw. */
  refuse(error: StatusError): void;
}

/** Rows as they count against bounds: none count as one, since a queue of tasks without rows must be bounded too. */
export function countedRows(rows: number): number {
  return Math.max(1, rows);
}

/** The rows `from` to `to` of a task: all of them, unless large tasks are cut. */
export interface Piece<Task> {
  readonly task: Task;
  readonly from: number;
  readonly to: number;
  /** When it was enqueued, on the scheduler's clock. */
  readonly since: number;
}
