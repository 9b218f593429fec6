import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * Collects all that this thread's heap can do without, and gives its pages back to the system. V8 does less than that by
 * itself, and not before a program has been idle for seconds. Holds the thread up for some collections of its
 * whole heap, one after the other.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  // An ordinary collection would keep the pages that it empties.
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
