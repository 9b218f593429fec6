import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Code, StatusError } from '../status/index.ts';
import { ServableTable } from './servable-table.ts';
import { TableReader } from './table-reader.ts';
import type { ReadingThreadData, ReadingThreadReport } from './testing/reading-thread.ts';

const exhaustive = process.env.SERVAL_EXHAUSTIVE !== undefined;
const moves = exhaustive ? 10_000 : 1_000;
const readers = 8;

const latest = (name: string) => ({ name, version: null, label: null });
const specific = (name: string, version: bigint) => ({ name, version, label: null });
const labelled = (name: string, label: string) => ({ name, version: null, label });
const hasText = (code: Code, message: string) => (error: unknown) =>
  error instanceof StatusError && error.code === code && error.message === message;

/** A table and a reader of this thread. */
function tableAndReader(maxVersions = 8) {
  const table = new ServableTable<string>({ maxThreads: 2, maxVersions });
  let reader!: TableReader<string>;
  table.openRow((row) => {
    reader = new TableReader(table.counts, row);
    return (change) => reader.apply(change);
  });
  const list = (name: string, version: bigint) =>
    table.edit({
      list: [{ id: { name, version }, servable: `${name}/${version}`, slot: table.reserveSlot() }],
    });
  return { table, reader, list };
}

describe('TableReader', () => {
  test('a request without a version gets the newest one, others get theirs', () => {
    const { reader, list } = tableAndReader();
    for (const version of [9n, 10n, 2n]) list('m', version);
    assert.equal(reader.acquire(latest('m')).servable, 'm/10');
    assert.equal(reader.acquire(specific('m', 2n)).servable, 'm/2');
    assert.equal(reader.acquireEarliest('m').servable, 'm/2');
  });

  test('lookups of what is not there fail with the texts of TFS', () => {
    const { table, reader, list } = tableAndReader();
    list('m', 1n);
    const notFound = (text: string) =>
      hasText(Code.NOT_FOUND, `Servable not found for request: ${text}`);
    assert.throws(() => reader.acquire(latest('nope')), notFound('Latest(nope)'));
    assert.throws(() => reader.acquire(specific('m', 9n)), notFound('Specific(m, 9)'));
    assert.throws(() => reader.acquireEarliest('nope'), notFound('Earliest(nope)'));
    assert.throws(
      () => reader.acquire(labelled('m', 'stable')),
      hasText(Code.UNAVAILABLE, 'Model labels does not init yet.stable'),
    );
    table.edit({ labels: new Map([['m', new Map([['canary', 7n]])]]) });
    assert.throws(
      () => reader.acquire(labelled('m', 'stable')),
      hasText(Code.INVALID_ARGUMENT, 'Unrecognized servable version label: stable'),
    );
    assert.throws(() => reader.acquire(labelled('m', 'canary')), notFound('Specific(m, 7)'));
  });

  test('a thread has one handle object for each version, which outlives changes of others', () => {
    const { table, reader, list } = tableAndReader();
    list('m', 1n);
    const first = reader.acquire(latest('m'));
    list('m', 2n);
    list('n', 1n);
    assert.equal(reader.acquire(specific('m', 1n)), first);
    assert.equal(table.counts.held(0), 2);
    first.release();
    first.release();
    assert.throws(() => first.release(), /released twice/);
  });

  test('a version that comes back is another one', async () => {
    const { table, reader, list } = tableAndReader();
    list('m', 1n);
    const before = reader.acquire(latest('m'));
    before.release();
    await table.withdraw({ name: 'm', version: 1n });
    list('m', 1n);
    assert.notEqual(reader.acquire(latest('m')), before);
  });
});

describe('ServableTable', () => {
  test('a version that is withdrawn cannot be looked up, and is drained with its last handle', async () => {
    const { table, reader, list } = tableAndReader();
    list('m', 1n);
    list('m', 2n);
    const handle = reader.acquire(latest('m'));
    let isDrained = false;
    const drained = table.withdraw({ name: 'm', version: 2n }).then(() => {
      isDrained = true;
    });
    assert.equal(reader.acquire(latest('m')).servable, 'm/1');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isDrained, false);
    assert.equal(handle.servable, 'm/2');
    handle.release();
    await drained;
  });

  test('slots are bounded, and come back', async () => {
    const { table, list } = tableAndReader(2);
    list('m', 1n);
    const slot = table.reserveSlot();
    assert.throws(
      () => table.reserveSlot(),
      hasText(Code.RESOURCE_EXHAUSTED, 'No more than 2 versions can be loaded at once'),
    );
    table.giveBackSlot(slot);
    list('m', 2n);
    await table.withdraw({ name: 'm', version: 1n });
    list('m', 3n);
  });

  test('rows are bounded; one that is opened late learns of everything', () => {
    const { table, list } = tableAndReader();
    list('m', 1n);
    table.edit({ labels: new Map([['m', new Map([['stable', 1n]])]]) });
    let late!: TableReader<string>;
    const row = table.openRow((own) => {
      late = new TableReader(table.counts, own);
      return (change) => late.apply(change);
    });
    assert.equal(late.acquire(labelled('m', 'stable')).servable, 'm/1');
    assert.throws(
      () => table.openRow(() => () => {}),
      hasText(Code.RESOURCE_EXHAUSTED, 'No more threads can look servables up'),
    );
    table.closeRow(row);
    assert.equal(table.counts.held(0), 0);
  });

  test('a thread that does not acknowledge holds up what is withdrawn until its row is closed', async () => {
    const { table, list } = tableAndReader();
    const row = table.openRow(() => () => {});
    list('m', 1n);
    let isDrained = false;
    const drained = table.withdraw({ name: 'm', version: 1n }).then(() => {
      isDrained = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isDrained, false);
    table.closeRow(row);
    await drained;
  });

  test('a table is settled once every thread looks servables up in it', async () => {
    const { table, list } = tableAndReader();
    let told = 0;
    const row = table.openRow(() => ({ generation }) => {
      told = generation;
    });
    list('m', 1n);
    let isSettled = false;
    const settled = table.settled().then(() => {
      isSettled = true;
    });
    table.counts.acknowledge(row, told - 1);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isSettled, false);
    table.counts.acknowledge(row, told);
    await settled;
  });

  test('a thread that answers nobody any more is waited for only before a version is freed', async () => {
    const { table, list } = tableAndReader();
    const row = table.openRow(() => () => {});
    table.counts.acknowledge(row, table.generation);
    list('m', 1n);
    table.silenceRow(row);
    await table.settled();
    let isFreed = false;
    const freed = table.withdraw({ name: 'm', version: 1n }).then(() => {
      isFreed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isFreed, false);
    table.closeRow(row);
    await freed;
    // Whoever has the row next is waited for.
    const next = table.openRow(() => () => {});
    assert.equal(next, row);
    table.counts.acknowledge(next, table.generation - 1);
    let isSettled = false;
    void table.settled().then(() => {
      isSettled = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isSettled, false);
  });

  test('a version is freed only when every thread has forgotten it, the last handle gone', async () => {
    const { table, reader, list } = tableAndReader();
    const forgotten = Promise.withResolvers<void>();
    const asked: bigint[] = [];
    const told: number[] = [];
    const row = table.openRow(
      (own) => (change) => {
        told.push(change.generation);
        table.counts.acknowledge(own, change.generation);
      },
      ({ version }) => {
        asked.push(version);
        return forgotten.promise;
      },
    );
    list('m', 1n);
    const handle = reader.acquire(latest('m'));
    let isDrained = false;
    const drained = table.withdraw({ name: 'm', version: 1n }).then(() => {
      isDrained = true;
    });
    const turns = async () => {
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
    };
    await turns();
    assert.deepEqual(asked, []);
    handle.release();
    await turns();
    assert.deepEqual([asked, isDrained], [[1n], false]);
    forgotten.resolve();
    await drained;
    table.closeRow(row);
    list('m', 2n);
    await table.withdraw({ name: 'm', version: 2n });
    assert.deepEqual([asked, told], [[1n], [0, 1, 2]]);
  });

  test(`${moves} label moves and version swaps under ${readers} reading threads: no mix of tables, no servable that is gone`, async (t) => {
    const table = new ServableTable<number>({ maxThreads: readers, maxVersions: 64 });
    const alive = new Int32Array(new SharedArrayBuffer(4 * (moves + 100)));
    let made = 0;
    const entry = (name: string, version: bigint) => {
      alive[made] = 1;
      return { id: { name, version }, servable: made++, slot: table.reserveSlot() };
    };
    /** By generation: what the three labels lead to. */
    const history = new Map<number, string>();
    const move = (round: number) => {
      const versions = [round % 8, (round * 3 + 1) % 8, (round * 5 + 2) % 8].map(BigInt);
      table.edit({
        labels: new Map([
          [
            'a',
            new Map([
              ['stable', versions[0]!],
              ['canary', versions[1]!],
            ]),
          ],
          ['b', new Map([['stable', versions[2]!]])],
        ]),
      });
      return versions.join(' ');
    };
    for (let version = 0n; version < 8n; version++) {
      table.edit({ list: [entry('a', version), entry('b', version)] });
    }
    table.edit({ list: [entry('swapped', 0n)] });
    history.set(table.generation, move(0));
    history.set(table.generation, move(0));

    const threads: Worker[] = [];
    for (let i = 0; i < readers; i++) {
      table.openRow((row) => {
        const data: ReadingThreadData = {
          counts: table.counts.buffer,
          row,
          alive: alive.buffer as SharedArrayBuffer,
        };
        const thread = new Worker(new URL('./testing/reading-thread.ts', import.meta.url), {
          workerData: data,
        });
        threads.push(thread);
        return (change) => thread.postMessage(change);
      });
    }
    const reports = threads.map(
      (thread) =>
        new Promise<ReadingThreadReport>((resolve, reject) =>
          thread.once('message', resolve).once('error', reject),
        ),
    );
    let current = history.get(table.generation)!;
    for (let round = 1; round <= moves; round++) {
      current = move(round);
      history.set(table.generation, current);
      if (round % 5 === 0) {
        const version = BigInt(round);
        const old = BigInt(round - 5);
        const index = made;
        table.edit({ list: [entry('swapped', version)] });
        history.set(table.generation, current);
        const gone = table.withdraw({ name: 'swapped', version: old });
        history.set(table.generation, current);
        await gone;
        alive[index - 1] = 0;
      }
    }
    for (const thread of threads) thread.postMessage('stop');
    let lookups = 0;
    let generations = 0;
    for (const report of await Promise.all(reports)) {
      assert.deepEqual([report.failures, report.dead], [[], 0]);
      for (const [generation, seen] of report.seen) {
        assert.deepEqual([...seen], [history.get(generation)], `generation ${generation}`);
      }
      lookups += report.lookups;
      generations += report.seen.size;
    }
    assert.ok(lookups > 0 && generations > readers, `${lookups} lookups in ${generations} tables`);
    t.diagnostic(`${lookups} lookups, ${generations} tables seen by ${readers} threads`);
  });
});
