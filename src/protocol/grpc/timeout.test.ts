import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTimeout } from './timeout.ts';

test('reads every unit', () => {
  const cases = {
    '1H': 3_600_000,
    '2M': 120_000,
    '3S': 3000,
    '250m': 250,
    '5000u': 5,
    '1000000n': 1,
  };
  for (const [value, ms] of Object.entries(cases)) assert.equal(parseTimeout(value), ms);
  assert.equal(parseTimeout('99999999S'), 99_999_999_000);
});

test('refuses anything else', () => {
  for (const value of ['', '5', 'S', '123456789S', '-1S', '1.5S', '1 S', '1s', '1Sx']) {
    assert.throws(() => parseTimeout(value), {
      code: 3,
      message: `Invalid grpc-timeout: ${value}`,
    });
  }
});
