import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readArguments } from './arguments.ts';
import { UsageError } from './usage-error.ts';

const names = { withValue: ['run', 'tags'], switches: ['json'] };

describe('readArguments', () => {
  it('takes options with and without an equals sign, switches and operands in any order', () => {
    const { operands, values, switches } = readArguments(
      ['a', '--run', '{"x": "="}', '--json', '--tags=x=y', 'b', '--', '--json', '-'],
      names,
    );
    assert.deepEqual(operands, ['a', 'b', '--json', '-']);
    assert.deepEqual(
      [...values],
      [
        ['run', '{"x": "="}'],
        ['tags', 'x=y'],
      ],
    );
    assert.deepEqual([...switches], ['json']);
  });

  it('takes a value of several lines', () => {
    assert.equal(readArguments(['--run={\n}'], names).values.get('run'), '{\n}');
  });

  const refused: [args: string[], message: string][] = [
    [['--run'], '--run needs a value.'],
    [['--jsn'], 'There is no option --jsn. Did you mean --json?'],
    [['--json=true'], '--json takes no value.'],
    [['-x'], 'There is no option -x.'],
    [['--unheard-of=1'], 'There is no option --unheard-of=1.'],
  ];
  for (const [args, message] of refused) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => readArguments(args, names), new UsageError(message));
    });
  }
});
