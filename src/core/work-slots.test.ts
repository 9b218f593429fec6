import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WorkSlots } from './work-slots.ts';

/** Jobs that end when told, and the names of those that have begun. */
function jobs(slots: WorkSlots, names: readonly string[]) {
  const begun: string[] = [];
  const gates = new Map(names.map((name) => [name, Promise.withResolvers<void>()]));
  const done = names.map((name) =>
    slots.run(async () => {
      begun.push(name);
      await gates.get(name)!.promise;
      return name;
    }),
  );
  return { begun, done, gate: (name: string) => gates.get(name)! };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('WorkSlots', () => {
  test('jobs beyond the bound wait in their order, also for those that fail', async () => {
    const { begun, done, gate } = jobs(new WorkSlots(2), ['a', 'b', 'c', 'd']);
    await turn();
    assert.deepEqual(begun, ['a', 'b']);
    gate('b').reject(new Error('oops'));
    await assert.rejects(done[1]!, /oops/);
    await turn();
    assert.deepEqual(begun, ['a', 'b', 'c']);
    for (const name of ['a', 'c', 'd']) gate(name).resolve();
    assert.deepEqual(await Promise.all([done[0], done[2], done[3]]), ['a', 'c', 'd']);
  });

  test('a higher bound lets the waiting in at once, a lower one as jobs end', async () => {
    const slots = new WorkSlots(1);
    const { begun, done, gate } = jobs(slots, ['a', 'b', 'c', 'd']);
    slots.limit = 3;
    await turn();
    assert.deepEqual(begun, ['a', 'b', 'c']);
    slots.limit = 1;
    gate('a').resolve();
    gate('b').resolve();
    await Promise.all([done[0], done[1]]);
    await turn();
    assert.deepEqual(begun, ['a', 'b', 'c']);
    gate('c').resolve();
    gate('d').resolve();
    await Promise.all(done);
    assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
  });

  test('a job that gives up leaves the queue at once, one that has begun goes on', async () => {
    const slots = new WorkSlots(1);
    const gate = Promise.withResolvers<void>();
    const over = new AbortController();
    const first = slots.run(() => gate.promise, over.signal);
    const begun: string[] = [];
    const waits = slots.run(async () => void begun.push('waits'), over.signal);
    const next = slots.run(async () => void begun.push('next'));
    over.abort(new Error('given up'));
    await assert.rejects(waits, /given up/);
    await assert.rejects(
      slots.run(async () => {}, over.signal),
      /given up/,
    );
    gate.resolve();
    await Promise.all([first, next]);
    assert.deepEqual(begun, ['next']);
  });
});
