/** Work of this thread that was interrupted, the longest waiting first. */
const waiting: (() => void)[] = [];

/**
 * Resolves when interrupted work may go on for another slice of about 1 ms: in a later turn of the
 * event loop, after what waits there. Only one piece of work goes on in each turn, in the order in
 * which they asked: however many there are, others wait for one slice and not for all.
 */
export function nextSlice(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  const next = waiting.shift()!;
  if (waiting.length > 0) setImmediate(goOn);
  next();
}
