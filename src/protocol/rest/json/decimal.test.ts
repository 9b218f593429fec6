import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom } from '../../../util/testing/random.ts';
import { DecimalReader } from './decimal.ts';

const reader = new DecimalReader();

function check(text: string): void {
  const json = Buffer.from(` ${text}]`);
  const value = Number(text);
  const expected = /^-0+$/.test(text) ? 0 : value;
  for (const single of [false, true]) {
    assert.equal(reader.read(json, 1, single), text.length + 1, text);
    assert.equal(reader.isInteger, /^-?\d+$/.test(text), text);
    if (single) assert.equal(Math.fround(reader.value), Math.fround(expected), text);
    else assert.ok(Object.is(reader.value, expected), text);
  }
}

test('numbers are those that Number makes of their text', () => {
  for (const text of [
    '0',
    '-0',
    '-0.0',
    '0.0',
    '-0e5',
    '1',
    '-1',
    '10',
    '0.1',
    '1e5',
    '1E+5',
    '1e-5',
    '123456789012345678901234567890',
    '0.000000000000000000000000000000000000000000001',
    '1e22',
    '1e23',
    '1e-22',
    '1e-23',
    '9007199254740993',
    '9223372036854775807',
    '18446744073709551615',
    '-9223372036854775808',
    '4.9e-324',
    '2.4e-324',
    '1e-400',
    '1.7976931348623157e308',
    '179769313486231570000e288',
    '0e400',
    '0.0000e-400',
    '16777217',
    '16777217.0000000001',
    '0.30000001192092896',
    '3.4028235677973366e+38',
    '1.00000005960464477539',
    '1.000000059604644775390625000001',
    '100000000000000.5',
    '1000000000000000.5',
    '999999999999999.9999',
    '0.1000000000000000055511151231257827',
  ]) {
    check(text);
  }
});

test('random numbers of every length', () => {
  const random = randomFrom(11);
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  for (let i = 0; i < 20_000; i++) {
    const sign = random() < 0.3 ? '-' : '';
    const integer =
      random() < 0.3 ? '0' : `${1 + Math.floor(random() * 9)}${digits(random() * 20)}`;
    const fraction = random() < 0.7 ? `.${digits(1 + random() * 24)}` : '';
    const exponent = random() < 0.3 ? `e${Math.floor(random() * 60 - 30)}` : '';
    check(`${sign}${integer}${fraction}${exponent}`);
  }
});

test('float32 next to the middle between two of them round as their doubles do', () => {
  const random = randomFrom(12);
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  for (let i = 0; i < 5_000; i++) {
    bits[0] = (random() * 0x0a000000 + 0x3a000000) >>> 0;
    const low = value[0]!;
    bits[0]! += 1;
    const middle = (low + value[0]!) / 2;
    const text = middle.toFixed(60).replace(/0+$/, '');
    check(text.endsWith('.') ? `${text}0` : text);
    check(middle.toPrecision(17));
    check(middle.toPrecision(16));
    check(`${text.endsWith('.') ? `${text}0` : text}0000000000000001`);
  }
});

test('NaN and infinities in all their forms', () => {
  for (const [text, value] of [
    ['NaN', Number.NaN],
    ['-NaN', Number.NaN],
    ['Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ] as const) {
    assert.equal(reader.read(Buffer.from(`${text},`), 0, true), text.length);
    assert.equal(reader.value, value);
    assert.equal(reader.isInteger, false);
  }
});
