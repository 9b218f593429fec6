import { cancelled } from '../status/index.ts';
import { nextSlice } from './next-slice.ts';

/**
 * Work that can be interrupted: a generator that yields about every 20 µs and returns the result.
 * What must be fast inside one piece of work is a plain loop that runs up to a limit.
 */
export type Steps<T> = Generator<void, T, void>;

/** Who may end paced work: a signal, or something whose signal is asked for only by work that lasts. */
export type PaceSignal = AbortSignal | null | { readonly signal: AbortSignal | null };

/** How long one piece of work keeps the event loop, in ms. */
const sliceMs = 0.7;

/**
 * Runs `steps` to their end: at once where that takes well under 1 ms, else in slices between
 * which the event loop goes on. An abort of the signal ends the work at the next pause.
 *
 * @throws (or rejects with) what the steps throw; StatusError CANCELLED after an abort
 */
export function pace<T>(steps: Steps<T>, source: PaceSignal): T | Promise<T> {
  const first = steps.next();
  if (first.done === true) return first.value;
  const end = performance.now() + sliceMs;
  do {
    const step = steps.next();
    if (step.done === true) return step.value;
  } while (performance.now() < end);
  return paceLater(steps, signalOf(source));
}

async function paceLater<T>(steps: Steps<T>, signal: AbortSignal | null): Promise<T> {
  for (;;) {
    await nextSlice();
    if (signal?.aborted) throw cancelled('The client has gone away', { cause: signal.reason });
    const end = performance.now() + sliceMs;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() < end);
  }
}

function signalOf(source: PaceSignal): AbortSignal | null {
  return source === null || source instanceof AbortSignal ? source : source.signal;
}
