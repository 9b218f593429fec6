import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { collectOnceIdle } from './collect-once-idle.ts';

describe('collectOnceIdle', () => {
  it('collects once the thread has little to do, and only once', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const shares = [1, 0.5, 0.1, 0.09, 0, 0];
    let collections = 0;
    collectOnceIdle(
      () => shares.shift()!,
      () => collections++,
    );
    t.mock.timers.tick(750);
    assert.equal(collections, 0);
    t.mock.timers.tick(250);
    assert.equal(collections, 1);
    t.mock.timers.tick(1000);
    assert.equal(collections, 1);
    assert.equal(shares.length, 2);
  });

  it('collects what the thread holds no more, as it really idles', async (t) => {
    const garbage = new WeakRef({});
    const finished = Promise.withResolvers<void>();
    const registry = new FinalizationRegistry<null>(() => finished.resolve());
    registry.register(garbage.deref()!, null);
    await turn();
    const alive = setInterval(() => {}, 1000);
    t.after(() => clearInterval(alive));
    collectOnceIdle();
    await finished.promise;
    assert.equal(garbage.deref(), undefined);
  });
});
