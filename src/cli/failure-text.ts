import { StatusError } from '../status/index.ts';
import { UsageError } from './usage-error.ts';

/** A failure in one line without a stack: its text, and what caused it where that says more. */
export function failureText(thrown: unknown): string {
  if (thrown instanceof UsageError) return thrown.message;
  const { message, cause } = StatusError.from(thrown);
  const says = cause instanceof Error && isForPeople(cause) && !message.includes(cause.message);
  return `${message}${says ? ` (${cause.message})` : ''}`.replaceAll(/\s*\n\s*/g, ' ');
}

/**
 * Whether a cause belongs on the one line. What the system says is in the message already, in the
 * words of its errors; the output of a program is for the log.
 */
function isForPeople(cause: Error): boolean {
  const isOfSystem = 'code' in cause && typeof cause.code === 'string';
  return !isOfSystem && !cause.message.includes('\n');
}
