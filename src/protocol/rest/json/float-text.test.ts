import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom } from '../../../util/testing/random.ts';
import { FloatText } from './float-text.ts';

const text = new FloatText();
const buffer = Buffer.alloc(64);
const float32 = (value: number) => buffer.toString('latin1', 0, text.float32(value, buffer, 0));
const float64 = (value: number) => buffer.toString('latin1', 0, text.float64(value, buffer, 0));

/** The exact fraction that a positive double is. */
function fraction(value: number): [bigint, bigint] {
  let shift = 0;
  while (value !== Math.floor(value)) {
    value *= 2;
    shift++;
  }
  return [BigInt(value), 1n << BigInt(shift)];
}

/** C's `%.<precision>g` of a finite number, by exact arithmetic, half to even. */
function percentG(value: number, precision: number): string {
  if (value < 0 || Object.is(value, -0)) return `-${percentG(-value, precision)}`;
  if (value === 0) return '0';
  const [numerator, denominator] = fraction(value);
  const scaled = (power: number): [bigint, bigint] =>
    power >= 0
      ? [numerator * 10n ** BigInt(power), denominator]
      : [numerator, denominator * 10n ** BigInt(-power)];
  let exponent = Math.floor(Math.log10(value)) - 1;
  for (;;) {
    const [n, d] = scaled(-exponent - 1);
    if (n < d) break;
    exponent++;
  }
  const [n, d] = scaled(precision - 1 - exponent);
  let digits = n / d;
  const twice = (n % d) * 2n;
  if (twice > d || (twice === d && digits % 2n === 1n)) digits++;
  if (digits === 10n ** BigInt(precision)) {
    digits /= 10n;
    exponent++;
  }
  const all = String(digits);
  if (exponent < -4 || exponent >= precision) {
    const mantissa = trim(`${all[0]}.${all.slice(1)}`);
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return trim(`0.${'0'.repeat(-exponent - 1)}${all}`);
  return trim(`${all.slice(0, exponent + 1)}.${all.slice(exponent + 1)}`);
}

function trim(decimal: string): string {
  return decimal.replace(/\.?0*$/, '');
}

/** The rule of spec 5.7. */
function expected(value: number, long: number, same: (parsed: number) => boolean): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const short = percentG(value, 6);
  const chosen = same(Number(short)) ? short : percentG(value, long);
  return /[.e]/.test(chosen) ? chosen : `${chosen}.0`;
}

const expected32 = (value: number) =>
  expected(value, 9, (parsed) => Object.is(Math.fround(parsed), value));
const expected64 = (value: number) => expected(value, 17, (parsed) => Object.is(parsed, value));

const count = process.env.SERVAL_EXHAUSTIVE ? 500_000 : 10_000;

test('the samples of the specification', () => {
  assert.equal(float32(Math.fround(1 / 3)), '0.333333343');
  assert.equal(float64(1 / 3), '0.33333333333333331');
  assert.equal(float32(1234567), '1234567.0');
  assert.equal(float32(1e6), '1e+06');
  assert.equal(float32(123456), '123456.0');
  assert.equal(float32(Math.fround(3.4028234663852886e38)), '3.40282347e+38');
  assert.equal(float32(9e6), '9e+06');
  assert.equal(float32(Math.fround(3e-5)), '3e-05');
  assert.equal(float64(Number.NaN), 'NaN');
  assert.equal(float64(Number.NEGATIVE_INFINITY), '-Infinity');
  assert.equal(float32(-0), '-0.0');
});

test('the exact arithmetic of these tests prints as C does', () => {
  assert.equal(percentG(0.1, 17), '0.10000000000000001');
  assert.equal(percentG(16384.03125, 9), '16384.0312');
  assert.equal(percentG(5e-324, 17), '4.9406564584124654e-324');
  assert.equal(percentG(Number.MAX_VALUE, 17), '1.7976931348623157e+308');
  assert.equal(percentG(999999.5, 6), '1e+06');
});

test('float32 of every exponent', () => {
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  const random = randomFrom(1);
  for (let exponent = 0; exponent < 256; exponent++) {
    for (const mantissa of [0, 1, 2, 0x7fffff, 0x400000, random() * 0x800000]) {
      for (const sign of [0, 1]) {
        bits[0] = ((sign << 31) | (exponent << 23) | mantissa) >>> 0;
        assert.equal(float32(value[0]!), expected32(value[0]!));
      }
    }
  }
});

test('random float32, of all bits and near one', () => {
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  const random = randomFrom(2);
  for (let i = 0; i < count; i++) {
    bits[0] = random() * 2 ** 32;
    assert.equal(float32(value[0]!), expected32(value[0]!));
    const near = Math.fround((random() - 0.5) * 10 ** Math.floor(random() * 12 - 5));
    assert.equal(float32(near), expected32(near));
  }
});

test('numbers of few decimals and halves', () => {
  const random = randomFrom(3);
  for (let i = 0; i < count; i++) {
    const decimal = Math.round(random() * 10 ** Math.floor(random() * 10)) / 10 ** (i % 12);
    assert.equal(float32(Math.fround(decimal)), expected32(Math.fround(decimal)));
    assert.equal(float64(decimal), expected64(decimal));
    // Ties at the last digit: odd multiples of a power of two.
    const tie = (Math.floor(random() * 2 ** 23) * 2 + 1) / 2 ** (i % 30);
    assert.equal(float32(Math.fround(tie)), expected32(Math.fround(tie)));
    const long = (Math.floor(random() * 2 ** 52) * 2 + 1) / 2 ** (i % 60);
    assert.equal(float64(long), expected64(long));
  }
});

test('powers of ten and two, and their neighbours', () => {
  const both = (value: number) => {
    assert.equal(float64(value), expected64(value));
    assert.equal(float32(Math.fround(value)), expected32(Math.fround(value)));
  };
  const bits = new BigUint64Array(1);
  const double = new Float64Array(bits.buffer);
  const bits32 = new Uint32Array(1);
  const single = new Float32Array(bits32.buffer);
  for (let exponent = -330; exponent <= 308; exponent++) {
    double[0] = Number(`1e${exponent}`);
    both(double[0]);
    if (double[0] > 0) bits[0]! -= 1n;
    both(double[0]);
    bits[0]! += 2n;
    both(double[0]);
    single[0] = Number(`1e${exponent}`);
    if (single[0] > 0) bits32[0]! -= 1;
    both(single[0]);
    bits32[0]! += 2;
    both(single[0]);
    both(-(2 ** exponent));
  }
  for (const value of [Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53, 2 ** 53 - 1, 999999.5]) {
    both(value);
    both(-value);
  }
});

test('random doubles', () => {
  const words = new Uint32Array(2);
  const value = new Float64Array(words.buffer);
  const random = randomFrom(4);
  for (let i = 0; i < count; i++) {
    words[0] = random() * 2 ** 32;
    words[1] = random() * 2 ** 32;
    assert.equal(float64(value[0]!), expected64(value[0]!));
    const near = (random() - 0.5) * 10 ** Math.floor(random() * 30 - 10);
    assert.equal(float64(near), expected64(near));
  }
});
