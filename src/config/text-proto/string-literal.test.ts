import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { TensorProtoSchema } from '../../proto/index.ts';
import { parseProblem } from '../testing/parse-problem.ts';
import { Source } from './source.ts';
import { decodeLiteral } from './string-literal.ts';

function decode(inside: string): string {
  const source = new Source(inside, 'test.Type');
  const out = new Uint8Array(source.text.length);
  const end = decodeLiteral(source, 0, source.text.length, out, 0);
  return Buffer.from(out.subarray(0, end)).toString('latin1');
}

describe('escapes', () => {
  it('of one character', () => {
    assert.equal(decode('\\a\\b\\f\\n\\r\\t\\v\\\\\\?\\\'\\"'), '\x07\b\f\n\r\t\v\\?\'"');
  });

  it('in octal have one to three digits', () => {
    assert.equal(decode('\\0\\12\\101\\3777\\18'), '\0\nA\xff7\x018');
  });

  it('in hexadecimal have one or two digits', () => {
    assert.equal(decode('\\x1\\X41\\xfF0\\x9g'), '\x01A\xff0\tg');
  });

  it('of Unicode become UTF-8, pairs of surrogates one character', () => {
    const text = decode('\\u0041\\u00e9\\u20ac\\U0001F600\\ud83d\\ude00\\U0000d83d\\ude00');
    assert.equal(Buffer.from(text, 'latin1').toString('utf8'), 'Aé€😀😀😀');
  });

  it('that mean nothing are refused where they stand', () => {
    for (const [inside, column, what] of [
      ['ab\\q', 19, 'Invalid escape sequence in string literal.'],
      ['\\8', 17, 'Invalid escape sequence in string literal.'],
      ['\\400', 17, 'Octal escape sequence is above \\377.'],
      ['\\xg', 17, 'Expected hex digits for escape sequence.'],
      ['\\u12', 17, 'Expected four hex digits for \\u escape sequence.'],
      ['\\u12g4', 17, 'Expected four hex digits for \\u escape sequence.'],
      ['\\U0011', 17, 'Expected eight hex digits up to 10ffff for \\U escape sequence.'],
      ['\\U00110000', 17, 'Expected eight hex digits up to 10ffff for \\U escape sequence.'],
      ['x\\ud83dy', 18, 'Half of a surrogate pair is not a character.'],
      ['\\ude00', 17, 'Half of a surrogate pair is not a character.'],
      ['\\ud83d\\u0041', 17, 'Half of a surrogate pair is not a character.'],
    ] as const) {
      assert.equal(
        parseProblem(TensorProtoSchema, `tensor_content:"${inside}"`),
        `1:${column}: ${what}`,
      );
    }
  });
});
