import { resourceExhausted, type StatusError, unavailable } from '../status/index.ts';

/** A task for which there is no room. */
export function queueFull(why: string): StatusError {
  return unavailable(`The batch scheduling queue to which this task was submitted is full; ${why}`);
}

/** A task that waits until it is too late to run it. */
export function timedOut(): StatusError {
  return resourceExhausted('Run() timeout exceeded while waiting in batching queue');
}
