import type { Code } from './code.ts';
import { StatusError } from './status-error.ts';

/** An error on its way between threads: structured cloning keeps neither class nor code. */
export interface ErrorMessage {
  readonly code: Code;
  readonly message: string;
  /** The chain of causes in one line, for the log; null where there is none. */
  readonly cause: string | null;
}

export function toErrorMessage(thrown: unknown): ErrorMessage {
  const error = StatusError.from(thrown);
  return {
    code: error.code,
    message: error.message,
    cause: error.cause === undefined ? null : causeText(error.cause, 1),
  };
}

export function fromErrorMessage({ code, message, cause }: ErrorMessage): StatusError {
  return new StatusError(code, message, cause === null ? {} : { cause: new Error(cause) });
}

/** Deep enough for real chains; one that runs in a circle ends here. */
const mostCauses = 8;

function causeText(cause: unknown, depth: number): string {
  if (!(cause instanceof Error)) return String(cause);
  // `Error: x` says no more than `x`; a StatusError and a TypeError do.
  const text = cause.name === 'Error' ? cause.message : String(cause);
  if (cause.cause === undefined || depth === mostCauses) return text;
  return `${text}: ${causeText(cause.cause, depth + 1)}`;
}
