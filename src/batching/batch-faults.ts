import { resourceExhausted, type StatusError, unavailable } from '../status/index.ts';

/** A task for which there is no room. Without a stack, which costs more than the rest of it: an overloaded server makes many. */
export function queueFull(why: string): StatusError {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return unavailable(
      `The batch scheduling queue to which this task was submitted is full; ${why}`,
    );
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A task that waits until it is too late to run it. */
export function timedOut(): StatusError {
  return resourceExhausted('Run() timeout exceeded while waiting in batching queue');
}
