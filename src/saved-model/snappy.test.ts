import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unsnappy } from './snappy.ts';

const longest = 1000;
const bytes = (...parts: (string | number | readonly number[])[]) =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part) : Buffer.from([part].flat() as number[]),
    ),
  );

test('literals and copies of each kind', () => {
  const cases: readonly [string, Buffer][] = [
    ['', bytes(0)],
    ['abc', bytes(3, 2 << 2, 'abc')],
    // A copy of 4 to 11 bytes, of 11 bits of distance.
    ['abcdabcdx', bytes(9, 3 << 2, 'abcd', 1, 4, 0, 'x')],
    ['abababab', bytes(8, 1 << 2, 'ab', [(2 << 2) | 1, 2])],
    ['ababab', bytes(6, 1 << 2, 'ab', [(3 << 2) | 2, 2, 0])],
    ['aaaaa', bytes(5, 0, 'a', [(3 << 2) | 3, 1, 0, 0, 0])],
    [`${'x'.repeat(300)}y`, bytes([0xad, 2], [61 << 2, 0x2b, 1], 'x'.repeat(300), 0, 'y')],
    [`${'x'.repeat(61)}`, bytes(61, [60 << 2, 60], 'x'.repeat(61))],
    // The distance takes three bits of the tag too.
    [
      `abcd${'-'.repeat(300)}abcd`,
      bytes([0xb4, 2], [61 << 2, 0x2f, 1], `abcd${'-'.repeat(300)}`, [(1 << 5) | 1, 0x30]),
    ],
  ];
  for (const [text, compressed] of cases) {
    assert.equal(unsnappy(compressed, longest)?.toString(), text);
  }
});

test('what is not of the format', () => {
  const cases: Readonly<Record<string, Buffer>> = {
    'no length': bytes(),
    'a length that goes on': bytes(0x80),
    'a length that is too long': bytes([
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1,
    ]),
    'a result that is too long': bytes([0xe9, 7], 0, 'a'),
    'less than it says': bytes(4, 2 << 2, 'abc'),
    'more than it says': bytes(2, 2 << 2, 'abc'),
    'a literal cut off': bytes(3, 2 << 2, 'ab'),
    'a literal’s length cut off': bytes(100, [61 << 2, 99]),
    'a copy cut off': bytes(5, 0, 'a', [(3 << 2) | 3, 1, 0, 0]),
    'a copy of nothing': bytes(5, 0, 'a', [1, 0]),
    'a copy from before the beginning': bytes(5, 0, 'a', [1, 2]),
    'a copy past the end': bytes(4, 0, 'a', [1, 1]),
  };
  for (const [name, compressed] of Object.entries(cases)) {
    assert.equal(unsnappy(compressed, longest), null, name);
  }
});
