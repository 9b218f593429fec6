import type { LoadRecord } from './client/plan.ts';

/** Something that is up and can be put under load; ends with `await using`. */
export interface Subject extends AsyncDisposable {
  /** Of the process whose cost counts. */
  readonly pid: number;
  /** Closed loop for so long. @throws Error for a wrong answer. */
  closed(ms: number): Promise<LoadRecord>;
}

/** One that takes part in a comparison. */
export interface Contestant<S extends Subject = Subject> {
  readonly label: string;
  open(): Promise<S>;
}
