import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamTable } from './stream-table.ts';

test('finds what is in it through any additions and removals', () => {
  const table = new StreamTable<{ readonly id: number }>();
  const model = new Map<number, { readonly id: number }>();
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  let nextId = 1;
  for (let step = 0; step < 20_000; step++) {
    const ids = [...model.keys()];
    if (random(2) === 0 && ids.length < 200) {
      const stream = { id: nextId };
      // Some are left out, as where a request was refused.
      nextId += 2 * (1 + random(40));
      table.add(stream);
      model.set(stream.id, stream);
    } else if (ids.length > 0) {
      const id = ids[random(ids.length)]!;
      assert.equal(table.delete(id), true);
      model.delete(id);
      assert.equal(table.delete(id), false);
    }
    assert.equal(table.size, model.size);
    if (step % 50 === 0) for (const [id, stream] of model) assert.equal(table.get(id), stream);
  }
  assert.deepEqual(new Set(table.toArray()), new Set(model.values()));
  assert.equal(table.get(nextId), undefined);
});
