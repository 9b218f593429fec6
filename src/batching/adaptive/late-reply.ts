import type { StatusError } from '../../status/index.ts';
import { queueFull } from '../batch-faults.ts';

/**
 * Why a request is refused when it comes.
 *
 * @param neededMs until its reply, as far as is known. @param leftMs until its deadline. @param targetMs that it may take; both
 * Infinity: no matter. @returns null: it would be in time
 */
export function lateReply(neededMs: number, leftMs: number, targetMs: number): StatusError | null {
  if (neededMs <= Math.min(leftMs, targetMs)) return null;
  const bound =
    neededMs > targetMs
      ? `target_p99_ms is ${inMs(targetMs)}`
      : `the deadline is in ${inMs(leftMs)}`;
  return queueFull(`a reply is expected in ${inMs(neededMs)}, and ${bound}`);
}

function inMs(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`;
}
