/**
 * A thread that looks servables up without a pause, through a reader of its own, while the control
 * thread moves labels and swaps versions. What it finds wrong it counts, the rest it reports:
 *
 * - three labels resolved one after the other, and the generation of the table they came from;
 * - whether a servable whose handle it holds, also across turns of its event loop, is still alive.
 */
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { HandleCounts } from '../handle-counts.ts';
import type { ServableHandle } from '../servable-handle.ts';
import type { TableChange } from '../servable-table.ts';
import { TableReader } from '../table-reader.ts';

/** How the control thread starts a reading thread. */
export interface ReadingThreadData {
  readonly counts: SharedArrayBuffer;
  readonly row: number;
  /** A word for each servable ever loaded: 1 while it is. The servable is its index. */
  readonly alive: SharedArrayBuffer;
}

/** What a reading thread has seen. */
export interface ReadingThreadReport {
  readonly lookups: number;
  /** Lookups that led to a servable that was gone. */
  readonly dead: number;
  readonly failures: readonly string[];
  /** By generation: the versions that the three labels led to, or more than one such if tables were mixed. */
  readonly seen: ReadonlyMap<number, ReadonlySet<string>>;
}

const { counts: buffer, row, alive: aliveBuffer } = workerData as ReadingThreadData;
const counts = new HandleCounts(buffer);
const alive = new Int32Array(aliveBuffer);
const reader = new TableReader<number>(counts, row);
const seen = new Map<number, Set<string>>();
const failures: string[] = [];
let lookups = 0;
let dead = 0;
let isOver = false;

parentPort!.on('message', (message: TableChange<number> | 'stop') => {
  if (message === 'stop') isOver = true;
  else reader.apply(message);
});

const labelled = (name: string, label: string) => ({ name, version: null, label });
const requests = [labelled('a', 'stable'), labelled('a', 'canary'), labelled('b', 'stable')];
const latest = { name: 'swapped', version: null, label: null };

function check(handle: ServableHandle<number>): void {
  lookups++;
  if (Atomics.load(alive, handle.servable) !== 1) dead++;
}

while (!isOver) {
  const held: ServableHandle<number>[] = [];
  try {
    for (let i = 0; i < 50 && reader.generation > 0; i++) {
      const { generation } = reader;
      const handles = requests.map((request) => reader.acquire(request));
      const versions = handles.map(({ id }) => id.version).join(' ');
      for (const handle of handles) {
        check(handle);
        handle.release();
      }
      const known = seen.get(generation);
      if (known === undefined) seen.set(generation, new Set([versions]));
      else known.add(versions);
      held.push(reader.acquire(latest));
    }
    await setImmediate();
    for (const handle of held) check(handle);
  } catch (error) {
    failures.push(String(error));
    isOver = true;
  } finally {
    for (const handle of held) handle.release();
  }
}
const report: ReadingThreadReport = { lookups, dead, failures, seen };
parentPort!.postMessage(report);
parentPort!.close();
