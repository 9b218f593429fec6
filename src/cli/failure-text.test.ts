import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { invalidArgument } from '../status/index.ts';
import { failureText } from './failure-text.ts';
import { UsageError } from './usage-error.ts';

describe('failureText', () => {
  const cases: [what: string, thrown: unknown, text: string][] = [
    ['a wrong use as it is', new UsageError('Give one folder'), 'Give one folder'],
    ['a status without its code', invalidArgument('bad'), 'bad'],
    [
      'what caused it',
      invalidArgument('bad', { cause: invalidArgument('3:1: x') }),
      'bad (3:1: x)',
    ],
    ['nothing twice', invalidArgument('bad: x', { cause: new Error('x') }), 'bad: x'],
    ['no output of programs', invalidArgument('bad', { cause: new Error('a\nb') }), 'bad'],
    ['lines as one', invalidArgument('a\n\t b'), 'a b'],
    ['what is no error', 'odd', 'odd'],
  ];
  for (const [what, thrown, text] of cases) {
    it(`tells ${what}`, () => assert.equal(failureText(thrown), text));
  }

  it('leaves the words of the system to the message', () => {
    try {
      readFileSync('/no/such/file');
      assert.fail('there is such a file');
    } catch (cause) {
      assert.equal(failureText(invalidArgument('no file', { cause })), 'no file');
    }
  });
});
