import { pendingCalls } from './koffi.ts';
import { libc } from './libc.ts';

/**
 * Ends the process with an exit code. For the program around a command line only.
 *
 * `process.exit` waits for libuv's pool, and then runs the destructors of native libraries: with a
 * model run under way that outlives every patience, the one takes for ever, and the other pulls
 * the ground from under the run. So where native calls are still under way, both are left out.
 */
export function endProcess(code: number): never {
  if (pendingCalls.count > 0) libc().exitNow(code);
  process.exit(code);
}
