import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LargeBuffers, smallestLargeBuffer } from './large-buffers.ts';

const large = smallestLargeBuffer;

test('large memory is used again for lengths that are about the same', () => {
  const buffers = new LargeBuffers();
  const first = buffers.take(large + 1000);
  buffers.giveBack(first);
  const second = buffers.take(large + 2000);
  assert.equal(second.length, large + 2000);
  assert.equal(second.buffer, first.buffer);
  assert.notEqual(buffers.take(large + 2000).buffer, first.buffer, 'it is lent');
});

test('no memory is given to two', () => {
  const buffers = new LargeBuffers();
  const first = buffers.take(large);
  buffers.giveBack(first);
  buffers.giveBack(first);
  const second = buffers.take(large);
  // Too late: it is another's by now.
  buffers.giveBack(first);
  const third = buffers.take(large);
  assert.equal(second.buffer, first.buffer);
  assert.notEqual(third.buffer, second.buffer);
});

test('memory for much longer bytes is not used for shorter ones', () => {
  const buffers = new LargeBuffers();
  buffers.giveBack(buffers.take(4 * large));
  assert.ok(buffers.take(large).buffer.byteLength <= large * 1.125);
});

test('bytes from elsewhere, and short ones, are left alone', () => {
  const buffers = new LargeBuffers();
  const foreign = Buffer.allocUnsafeSlow(large);
  buffers.giveBack(foreign);
  assert.notEqual(buffers.take(large).buffer, foreign.buffer);
  const short = buffers.take(1000);
  buffers.giveBack(short);
  assert.notEqual(buffers.take(1000).buffer, short.buffer);
});

test('idle memory is bounded', () => {
  const buffers = new LargeBuffers();
  const lent = Array.from({ length: 10 }, () => buffers.take(large));
  for (const bytes of lent) buffers.giveBack(bytes);
  const again = Array.from({ length: 10 }, () => buffers.take(large).buffer);
  assert.equal(lent.filter(({ buffer }) => again.includes(buffer)).length, 8, '128 MiB');
});

test('memory that is idle for ten seconds is freed, one piece at a time', () => {
  let now = 0;
  const buffers = new LargeBuffers(() => now);
  const lent = [buffers.take(large), buffers.take(large)];
  for (const bytes of lent) buffers.giveBack(bytes);
  const held = () => lent.map(({ buffer }) => buffer.byteLength > 0);
  now = 9_999;
  buffers.sweep();
  assert.deepEqual(held(), [true, true]);
  now = 10_000;
  buffers.sweep();
  assert.deepEqual(held(), [false, true]);
  buffers.sweep();
  assert.deepEqual(held(), [false, false]);
  buffers.sweep();
});
