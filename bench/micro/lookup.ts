/**
 * Looking a servable up and releasing it, as every request does: among one servable and among a
 * thousand, by the newest version, by number and by label, against a plain object with a counter.
 * The cases are interleaved; the medians of rounds are printed in ns, with the ratio to the first
 * lookup: compare those. The last line tells the bytes that a million lookups have allocated.
 *
 *     node --expose-gc bench/micro/lookup.ts
 */
import { ServableTable, TableReader } from '../../src/core/index.ts';

const rounds = 25;
const perRound = 200_000;

function readerOf(servables: number): TableReader<string> {
  const table = new ServableTable<string>({ maxThreads: 4, maxVersions: 4096 });
  let reader!: TableReader<string>;
  table.openRow((row) => {
    reader = new TableReader(table.counts, row);
    return (change) => reader.apply(change);
  });
  const versions = Array.from({ length: servables }, (_, i) =>
    [1n, 2n].map((version) => ({
      id: { name: `model_${i}`, version },
      servable: `${i}`,
      slot: table.reserveSlot(),
    })),
  );
  const labels = versions.map((_, i) => [`model_${i}`, new Map([['stable', 1n]])] as const);
  table.edit({ list: versions.flat(), labels: new Map(labels) });
  return reader;
}

const one = readerOf(1);
const many = readerOf(1000);
const plain = { count: 0 };
const newest = { name: 'model_0', version: null, label: null };
const byNumber = { name: 'model_0', version: 1n, label: null };
const byLabel = { name: 'model_0', version: null, label: 'stable' };

const cases: Readonly<Record<string, () => void>> = {
  'a plain counter': () => {
    plain.count++;
    plain.count--;
  },
  'one servable, newest': () => one.acquire(newest).release(),
  'one servable, by number': () => one.acquire(byNumber).release(),
  'one servable, by label': () => one.acquire(byLabel).release(),
  'a thousand servables, newest': () => many.acquire(newest).release(),
  'a thousand servables, by number': () => many.acquire(byNumber).release(),
  'a thousand servables, by label': () => many.acquire(byLabel).release(),
};

const times = new Map(Object.keys(cases).map((name) => [name, [] as number[]]));
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(cases)) {
    const begin = performance.now();
    for (let i = 0; i < perRound; i++) run();
    times.get(name)!.push(((performance.now() - begin) * 1e6) / perRound);
  }
}
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const base = median(times.get('one servable, newest')!);
for (const [name, values] of times) {
  const ns = median(values);
  console.log(`${name.padEnd(34)} ${ns.toFixed(1).padStart(7)} ns  ${(ns / base).toFixed(2)}`);
}

const collect = (globalThis as { gc?: () => void }).gc;
if (collect !== undefined) {
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 1_000_000; i++) many.acquire(byLabel).release();
  console.log(`${process.memoryUsage().heapUsed - before} bytes after a million lookups`);
}
