import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillNow, RepeatLast } from './repeat-last.ts';

test('repeats the last bytes to the end, whatever their size and the size of the rest', () => {
  for (const size of [1, 2, 3, 8, 16, 1000, 131_071, 131_072, 200_000]) {
    for (const rest of [0, 1, size - 1, size, 5 * size + 1, 400_001]) {
      const out = new Uint8Array(7 + size + rest).fill(0xee);
      for (let i = 0; i < size; i++) out[7 + i] = (i * 31 + (i >> 8)) & 0xff;
      const expected = out.slice();
      for (let i = 7 + size; i < out.length; i++) expected[i] = expected[i - size]!;
      fillNow(new RepeatLast(out, 7 + size, size));
      assert.ok(Buffer.from(out).equals(expected), `${size} bytes, ${rest} to fill`);
    }
  }
});

test('a step fills a bounded piece', () => {
  const out = new Uint8Array(10_000_000).fill(1, 0, 4);
  const fill = new RepeatLast(out, 4, 4);
  let steps = 1;
  for (let filled = 4; !fill.step(); steps++) {
    const end = out.indexOf(0, filled);
    assert.ok(end - filled <= 256 << 10, `${end - filled} bytes`);
    filled = end;
  }
  assert.ok(steps >= 40);
  assert.equal(out.indexOf(0), -1);
});
