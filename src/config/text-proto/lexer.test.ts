import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ModelServerConfigSchema } from '../../proto/index.ts';
import { parseProblem } from '../testing/parse-problem.ts';
import { Lexer } from './lexer.ts';
import { Source } from './source.ts';

function tokens(text: string): string[] {
  const lexer = new Lexer(new Source(text, 'test.Type'));
  const found: string[] = [];
  for (lexer.next(); lexer.kind !== 'end'; lexer.next()) found.push(`${lexer.kind} ${lexer.text}`);
  return found;
}

const problem = (text: string) => parseProblem(ModelServerConfigSchema, text);

describe('Lexer', () => {
  it('splits a text into tokens', () => {
    assert.deepEqual(tokens('a_1:-0x1f .5f 1.e2"s\\""\'\'{>'), [
      'identifier a_1',
      'symbol :',
      'symbol -',
      'integer 0x1f',
      'float .5f',
      'float 1.e2',
      'string "s\\""',
      "string ''",
      'symbol {',
      'symbol >',
    ]);
  });

  it('passes over blanks of all kinds, comments and a byte order mark', () => {
    assert.deepEqual(tokens('\ufeff# first\n\ta \v\f\r\n#\n# "\n b#c'), [
      'identifier a',
      'identifier b',
    ]);
    assert.deepEqual(tokens(''), []);
    assert.deepEqual(tokens('# only'), []);
  });

  it('stays at the end', () => {
    const lexer = new Lexer(new Source('a', 'test.Type'));
    for (let i = 0; i < 3; i++) lexer.next();
    assert.equal(lexer.kind, 'end');
    assert.equal(lexer.shown, 'end of file');
  });

  it('says where a text goes wrong, counting lines, bytes and tabs as protobuf does', () => {
    assert.equal(problem('?'), '1:1: Expected identifier, got: ?');
    assert.equal(problem('\n\n  ?'), '3:3: Expected identifier, got: ?');
    assert.equal(problem('\t?'), '1:9: Expected identifier, got: ?');
    assert.equal(problem('  \t \t?'), '1:17: Expected identifier, got: ?');
    assert.equal(problem('\ufeff?'), '1:1: Expected identifier, got: ?');
    assert.equal(
      problem('model_config_list { config { name: "é" ? } }'),
      '1:41: Expected identifier, got: ?',
    );
    assert.equal(problem('model_config_list {\n'), '2:1: Expected "}", found "end of file".');
  });

  it('refuses bytes that begin no token', () => {
    assert.equal(problem('\x01'), '1:1: Invalid control characters encountered in text.');
    assert.equal(problem('\0'), '1:1: Invalid control characters encountered in text.');
    assert.equal(problem('é'), '1:1: Interpreting non ascii codepoint 195.');
  });

  it('shows the beginning of a long token', () => {
    assert.equal(
      problem('x'.repeat(1_000_000)),
      `1:1: Message type "tensorflow.serving.ModelServerConfig" has no field named "${'x'.repeat(40)}…".`,
    );
    assert.equal(
      problem(`"${'x'.repeat(1000)}"`),
      `1:1: Expected identifier, got: "${'x'.repeat(39)}…`,
    );
  });
});
