import { readdirSync, readFileSync } from 'node:fs';

/** CPU time that the threads of a process have used, in ms, by thread id. */
export interface CpuReading {
  readonly threads: ReadonlyMap<number, { readonly name: string; readonly ms: number }>;
}

/**
 * CPU time by thread, to the nanosecond where the kernel has scheduler statistics, else to the clock
 * tick. @throws Error when there is no such process.
 */
export function readCpu(pid: number): CpuReading {
  const threads = new Map<number, { name: string; ms: number }>();
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    try {
      const folder = `/proc/${pid}/task/${id}`;
      const name = readFileSync(`${folder}/comm`, 'utf8').trim();
      threads.set(Number(id), { name, ms: threadMs(folder) });
    } catch {
      // The thread has ended since it was listed.
    }
  }
  return { threads };
}

const ticksPerMs = 100 / 1000;

function threadMs(folder: string): number {
  try {
    return Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    const text = readFileSync(`${folder}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerMs;
  }
}

/** What one thread used between two readings. */
export interface ThreadCost {
  readonly id: number;
  readonly name: string;
  readonly ms: number;
}

/** What each thread used between two readings, the busiest first. A thread that ended meanwhile is not seen. */
export function threadCosts(before: CpuReading, after: CpuReading): readonly ThreadCost[] {
  return [...after.threads]
    .map(([id, { name, ms }]) => ({ id, name, ms: ms - (before.threads.get(id)?.ms ?? 0) }))
    .sort((a, b) => b.ms - a.ms);
}

/** What the process used between two readings, in ms of CPU time. */
export function totalMs(before: CpuReading, after: CpuReading): number {
  return threadCosts(before, after).reduce((sum, { ms }) => sum + ms, 0);
}

/** Resident memory of a process, in MB (10^6 bytes). */
export interface Memory {
  readonly rss: number;
  readonly anonymous: number;
  readonly files: number;
}

export function readMemory(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) =>
    (Number(text.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1]) * 1024) / 1e6;
  return { rss: field('VmRSS'), anonymous: field('RssAnon'), files: field('RssFile') };
}
