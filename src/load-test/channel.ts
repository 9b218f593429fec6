import type { PreparedRequest } from './prepared-request.ts';

/**
 * Called once for a request: `failure` is null for a right answer, else says what was wrong in one
 * line, an error of the server as `<code>: <text>`. `answer` is the body or message of a right one.
 */
export type Done = (failure: string | null, answer: Buffer | null) => void;

/** The failure of a connection that the server ended. */
export const closedByServer = 'the server closed the connection';

/** One connection to a server, which judges every answer. */
export interface Channel {
  /** Requests that it can have under way at once. */
  readonly capacity: number;
  /** Why it takes no more requests; null while it does. */
  readonly failure: string | null;
  /** Sends a request at once. Not more at a time than `capacity`. A channel that failed fails it later in this turn. */
  ask(request: PreparedRequest, done: Done): void;
  /** Ends the connection. Requests under way are never answered. */
  close(): void;
}
