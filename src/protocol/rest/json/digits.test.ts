import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digitCount, writeDigits } from './digits.ts';
import { JsonWriter } from './json-writer.ts';

/** Numbers around every power of ten and of two, and some between. */
function* numbers(highest: number): Iterable<number> {
  for (const base of [2, 10]) {
    for (let power = 1; power <= highest; power *= base) {
      for (const near of [power - 1, power, power + 1, power * 7 - 3, Math.floor(power * 1.234)]) {
        if (near >= 0 && near <= highest) yield near;
      }
    }
  }
  yield highest;
}

test('digits are those of the number, and nothing else is written', () => {
  for (const number of numbers(2 ** 31 - 1)) {
    const text = String(number);
    assert.equal(digitCount(number), text.length, text);
    const bytes = Buffer.alloc(20, '.');
    writeDigits(number, bytes, 15);
    assert.equal(bytes.toString(), text.padStart(15, '.').padEnd(20, '.'));
  }
});

test('integers are written as they are up to the largest that a double holds', () => {
  for (const number of numbers(Number.MAX_SAFE_INTEGER)) {
    const writer = new JsonWriter();
    writer.integer(number);
    writer.byte(0x2c);
    writer.integer(-number);
    assert.equal(
      Buffer.from(writer.finish()).toString(),
      `${number},${number === 0 ? '' : '-'}${number}`,
    );
  }
});

test('lists are written in parts of any length', () => {
  const floats = Float32Array.from({ length: 3000 }, (_, i) => i / 8 - 100);
  const integers = Int32Array.from({ length: 3000 }, (_, i) => i * 997 - 10_000);
  for (const budget of [1, 7, 100, 5000, 1e9]) {
    const writer = new JsonWriter();
    for (let i = 0; i < floats.length; ) {
      i = writer.float32s(floats, i, floats.length, i === 0, writer.length + budget);
    }
    writer.byte(0x0a);
    for (let i = 0; i < integers.length; ) {
      i = writer.integers(integers, i, integers.length, i === 0, writer.length + budget);
    }
    const expected = [...floats].map((value) => (value % 1 === 0 ? `${value}.0` : String(value)));
    assert.equal(
      Buffer.from(writer.finish()).toString(),
      `${expected.join(',')}\n${integers.join(',')}`,
    );
  }
});
