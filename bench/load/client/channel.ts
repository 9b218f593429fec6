import type { PreparedRequest } from './plan.ts';

/** Called once: null for a right answer, else what was wrong. */
export type Done = (failure: string | null) => void;

/** One connection to a server, which checks every answer. */
export interface Channel {
  /** Requests that it can have under way at once. */
  readonly capacity: number;
  /** Sends a request at once. Not more at a time than `capacity`. */
  ask(request: PreparedRequest, done: Done): void;
  close(): void;
}
