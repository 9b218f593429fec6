import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';

/** How long the samples are taken. */
const sampleMs = 100;

/** What an interrupt of a thread that runs JavaScript has to take effect. */
const patienceMs = 1000;

const mostFrames = 8;

/** What is read of V8's profile. */
interface Profile {
  readonly nodes: readonly ProfileNode[];
  /** The node of each sample. */
  readonly samples: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** From 0. */
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

/**
 * Finds out what a worker is doing that does not read its messages. Takes up to about two seconds, in
 * which this thread is free.
 *
 * @returns the calls that it is in, the innermost first; none where that cannot be told; null where it
 * runs no JavaScript at all: it is in a native call, which nothing but its return ends.
 */
export async function whereabouts(worker: Worker): Promise<readonly string[] | null> {
  // Node.js before 24.8 has no such thing.
  if (typeof worker.startCpuProfile !== 'function') return [];
  try {
    const profile = await inTime(worker.startCpuProfile());
    if (profile === null) return null;
    await delay(sampleMs);
    const text = await inTime(profile.stop());
    return text === null ? [] : busiestCalls(JSON.parse(text) as Profile);
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

/** Null where it takes too long. */
async function inTime<T>(promise: Promise<T>): Promise<T | null> {
  const patience = new AbortController();
  const timeout = delay(patienceMs, null, { signal: patience.signal });
  timeout.catch(() => {
    // Only the end of this function ends it early.
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    patience.abort();
  }
}

/** The calls, innermost first, in which most of a profile's samples were taken. */
export function busiestCalls({ nodes, samples }: Profile): readonly string[] {
  const counts = new Map<number, number>();
  for (const id of samples) counts.set(id, (counts.get(id) ?? 0) + 1);
  const [busiest] = [...counts].sort(([, one], [, other]) => other - one)[0] ?? [];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callers = new Map(
    nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)),
  );
  const calls: string[] = [];
  let node = busiest === undefined ? undefined : byId.get(busiest);
  while (node !== undefined && calls.length < mostFrames) {
    const { functionName, url, lineNumber } = node.callFrame;
    if (url !== '') calls.push(`${functionName || '(anonymous)'} (${url}:${lineNumber + 1})`);
    node = callers.get(node.id);
  }
  return calls;
}
