import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RandomWorld } from './testing/random-world.ts';

const exhaustive = process.env.SERVAL_EXHAUSTIVE !== undefined;
const worlds = exhaustive ? 1000 : 25;
const rounds = 4;
const steps = 60;

describe('AspiredVersionsManager in a world of chance', () => {
  for (const contentChanges of [false, true]) {
    test(contentChanges ? 'whose versions change' : 'whose versions stay the same', async () => {
      for (let seed = 0; seed < worlds; seed++) {
        const world = new RandomWorld(seed, contentChanges);
        const assertWell = (moment: string) =>
          assert.deepEqual(
            [...world.violations, ...world.kit.order.violations],
            [],
            `seed ${seed}, ${moment}`,
          );
        for (let round = 0; round < rounds; round++) {
          for (let step = 0; step < steps; step++) {
            await world.step();
            assertWell(`round ${round}, step ${step}`);
          }
          await world.settle();
          assertWell(`settled after round ${round}`);
        }
        for (let step = 0; step < steps; step++) await world.step();
        await world.stop();
        assertWell('stopped');
      }
    });
  }
});
