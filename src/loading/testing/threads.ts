import { readdirSync, readFileSync } from 'node:fs';

/** A thread of this process as the system sees it. */
export interface SystemThread {
  readonly name: string;
  /** From -20, which is served first, to 19. */
  readonly nice: number;
}

/** All threads of this process, native ones too (proc(5): `/proc/pid/task/tid/stat`). */
export function systemThreads(): readonly SystemThread[] {
  return readdirSync('/proc/self/task').flatMap((id) => {
    const stat = readStat(id);
    if (stat === null) return [];
    const end = stat.lastIndexOf(')');
    // Field 19; what follows the name begins with field 3.
    const nice = Number(stat.slice(end + 2).split(' ')[16]);
    return [{ name: stat.slice(stat.indexOf('(') + 1, end), nice }];
  });
}

/** Null for a thread that has ended meanwhile. */
function readStat(id: string): string | null {
  try {
    return readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
  } catch {
    return null;
  }
}
