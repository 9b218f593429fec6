import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatG } from './format-g.ts';

test('numbers as %g prints them', () => {
  const expected: readonly (readonly [number, string])[] = [
    [0, '0'],
    [10, '10'],
    [58.32, '58.32'],
    [188.9568, '188.957'],
    [121439.53, '121440'],
    [999999.5, '1e+06'],
    [1274823.9, '1.27482e+06'],
    [1e100, '1e+100'],
    [0.0001, '0.0001'],
    [0.00001234, '1.234e-05'],
    [-2.5, '-2.5'],
    [1000005, '1e+06'],
    [1000015, '1.00002e+06'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NaN, 'nan'],
  ];
  for (const [value, text] of expected) assert.equal(formatG(value), text);
});
