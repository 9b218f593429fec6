import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonWriter } from './json-writer.ts';

/** Texts of many lengths, written piece by piece by turns. */
test('writers at work at the same time, and texts of those before, have memory of their own', () => {
  const lengths = [1, 10, 1000, 2047, 4095, 4096, 4097, 9000, 100_000];
  const texts: { readonly text: Uint8Array; readonly expected: string }[] = [];
  for (let round = 0; round < 3; round += 1) {
    const writers = lengths.map((length, i) => {
      const letter = String.fromCharCode(0x61 + ((i + round) % 26));
      return { writer: new JsonWriter(), letter, length };
    });
    for (let from = 0; from < 100_000; from += 500) {
      for (const { writer, letter, length } of writers) {
        writer.ascii(letter.repeat(Math.max(0, Math.min(500, length - from))));
      }
    }
    // One that fails on the way.
    new JsonWriter().ascii('lost');
    for (const { writer, letter, length } of writers) {
      assert.equal(writer.length, length);
      texts.push({ text: writer.finish(), expected: letter.repeat(length) });
    }
  }
  for (const { text, expected } of texts) assert.equal(Buffer.from(text).toString(), expected);
});
