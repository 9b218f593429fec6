import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachAtOnce } from './for-each-at-once.ts';

/** Items that say when they are ended. */
async function* counted(count: number, onEnd: () => void = () => {}) {
  try {
    for (let i = 0; i < count; i++) yield i;
  } finally {
    onEnd();
  }
}

/** Tasks that each wait to be let go, and which of them have begun. */
function gates() {
  const begun: number[] = [];
  const settle = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const task = (item: number): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    begun.push(item);
    settle.set(item, { resolve, reject });
    return promise;
  };
  return { begun, task, of: (item: number) => settle.get(item)! };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('begins tasks in order, as many at once as it may, and waits for the last', async () => {
  const { begun, task, of } = gates();
  let isDone = false;
  const all = forEachAtOnce(counted(4), 2, task).then(() => {
    isDone = true;
  });
  await turn();
  assert.deepEqual(begun, [0, 1]);
  of(1).resolve();
  await turn();
  assert.deepEqual(begun, [0, 1, 2]);
  of(0).resolve();
  of(2).resolve();
  await turn();
  assert.deepEqual(begun, [0, 1, 2, 3]);
  assert.equal(isDone, false);
  of(3).resolve();
  await all;
});

test('begins none after a failure, waits for those under way, and throws the first one', async () => {
  const { begun, task, of } = gates();
  let isEnded = false;
  const all = forEachAtOnce(
    counted(9, () => {
      isEnded = true;
    }),
    3,
    task,
  );
  let isSettled = false;
  const settled = all.catch((error: unknown) => {
    isSettled = true;
    return error;
  });
  await turn();
  of(1).reject(new Error('first'));
  await turn();
  assert.deepEqual([begun, isEnded, isSettled], [[0, 1, 2], true, false]);
  of(2).reject(new Error('second'));
  of(0).resolve();
  assert.equal(((await settled) as Error).message, 'first');
});

test('throws what the items fail with, once nothing is under way', async () => {
  const { task, of } = gates();
  async function* failing() {
    yield 0;
    throw new Error('damaged');
  }
  const all = forEachAtOnce(failing(), 2, task);
  const expected = assert.rejects(all, /damaged/);
  await turn();
  of(0).resolve();
  await expected;
});
