import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { nextSlice } from './next-slice.ts';

test('one piece of interrupted work goes on in each turn, in the order in which they asked', async () => {
  const log: string[] = [];
  let isOver = false;
  const turns = (async () => {
    while (!isOver) {
      log.push('turn');
      await nextTurn();
    }
  })();
  const work = async (name: string) => {
    for (let slice = 1; slice <= 3; slice++) {
      await nextSlice();
      log.push(`${name}${slice}`);
    }
  };
  await Promise.all([work('a'), work('b')]);
  isOver = true;
  await turns;
  const slices = log.filter((entry) => entry !== 'turn');
  assert.deepEqual(slices, ['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  for (let i = 1; i < log.length; i++) {
    assert.ok(
      log[i] === 'turn' || log[i - 1] === 'turn',
      `two slices in one turn: ${log.join(' ')}`,
    );
  }
});

test('work that waited alone goes on in the next turn', async () => {
  let hasGoneOn = false;
  void nextSlice().then(() => {
    hasGoneOn = true;
  });
  assert.equal(hasGoneOn, false);
  await nextTurn();
  await nextTurn();
  assert.equal(hasGoneOn, true);
});
