import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unavailable } from '../status/index.ts';
import { mainMemory } from './resources.ts';
import { SimpleLoader } from './simple-loader.ts';

const bytes = (quantity: number) => [{ resource: mainMemory, quantity }];

describe('SimpleLoader', () => {
  test('makes the servable and destroys that same one, once', async () => {
    const destroyed: object[] = [];
    const servable = { text: 'made' };
    const loader = new SimpleLoader({
      create: () => servable,
      destroy: (made) => void destroyed.push(made),
      estimate: () => bytes(1),
    });
    await loader.unload();
    assert.equal(await loader.load(), servable);
    assert.deepEqual(destroyed, []);
    await loader.unload();
    await loader.unload();
    assert.deepEqual(destroyed, [servable]);
  });

  test('without destroy, unload leaves it at that', async () => {
    const loader = new SimpleLoader({ create: async () => null, estimate: () => [] });
    assert.equal(await loader.load(), null);
    await loader.unload();
  });

  test('a create that fails can be tried again', async () => {
    let attempts = 0;
    const loader = new SimpleLoader({
      create: async () => {
        if (++attempts === 1) throw unavailable('busy');
        return attempts;
      },
      estimate: () => [],
    });
    await assert.rejects(loader.load(), /busy/);
    assert.equal(await loader.load(), 2);
  });

  test('asks for the estimate once, also when asked twice at a time', async () => {
    let asked = 0;
    const loader = new SimpleLoader({
      create: () => 1,
      estimate: async () => bytes(++asked),
    });
    const both = await Promise.all([loader.estimateResources(), loader.estimateResources()]);
    assert.deepEqual(both, [bytes(1), bytes(1)]);
    await loader.load();
    assert.deepEqual(await loader.estimateResources(), bytes(1));
  });

  test('an estimate that fails, at once or later, is asked for again', async () => {
    let asked = 0;
    const loader = new SimpleLoader({
      create: () => 1,
      estimate: () => {
        asked++;
        if (asked === 1) throw unavailable('at once');
        return asked === 2 ? Promise.reject(unavailable('later')) : bytes(asked);
      },
    });
    await assert.rejects(loader.estimateResources(), /at once/);
    await assert.rejects(loader.estimateResources(), /later/);
    assert.deepEqual(await loader.estimateResources(), bytes(3));
    assert.deepEqual(await loader.estimateResources(), bytes(3));
  });

  test('the estimate after the load replaces the first one, and is asked for once', async () => {
    let asked = 0;
    const loader = new SimpleLoader({
      create: () => 1,
      estimate: () => bytes(100),
      estimateAfterLoad: () => bytes(10 + asked++),
    });
    assert.deepEqual(await loader.estimateResources(), bytes(100));
    await loader.load();
    assert.deepEqual(await loader.estimateResources(), bytes(10));
    assert.deepEqual(await loader.estimateResources(), bytes(10));
  });

  test('a servable that cannot be estimated after its load is destroyed, and the load fails', async () => {
    let made = 0;
    let destroyed = 0;
    const loader = new SimpleLoader({
      create: () => ++made,
      destroy: () => void destroyed++,
      estimate: () => bytes(100),
      estimateAfterLoad: () => {
        if (made === 1) throw unavailable('cannot tell');
        return bytes(10);
      },
    });
    await assert.rejects(loader.load(), /cannot tell/);
    assert.deepEqual([made, destroyed], [1, 1]);
    assert.deepEqual(await loader.estimateResources(), bytes(100));
    assert.equal(await loader.load(), 2);
    await loader.unload();
    assert.deepEqual([destroyed, await loader.estimateResources()], [2, bytes(10)]);
  });

  test('every failure may pass, unless the user says which', () => {
    const plain = { create: () => 1, estimate: () => [] };
    assert.equal(new SimpleLoader(plain).isTransient(unavailable('busy')), true);
    const picky = new SimpleLoader({ ...plain, isTransient: ({ message }) => message === 'busy' });
    assert.equal(picky.isTransient(unavailable('busy')), true);
    assert.equal(picky.isTransient(unavailable('broken')), false);
  });
});
