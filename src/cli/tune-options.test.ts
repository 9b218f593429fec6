import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readTuneOptions } from './tune-options.ts';
import { UsageError } from './usage-error.ts';

const model = ['--model_name=m', '--model_base_path=/models/m'];

function read(...args: string[]) {
  const options = readTuneOptions([...model, ...args]);
  assert.ok(options !== 'help');
  return options;
}

describe('readTuneOptions', () => {
  it('has a default for all but the model', () => {
    const options = read();
    assert.deepEqual([options.modelName, options.modelBasePath], ['m', '/models/m']);
    assert.deepEqual([options.protocol, options.levels], ['grpc', [8, 32, 128]]);
    assert.deepEqual(
      [options.targetP99Ms, options.budgetMs, options.output],
      [null, 300_000, null],
    );
    assert.deepEqual(options.flags, []);
  });

  it('reads what is wanted, sorts the loads, and leaves flags to the server', () => {
    const options = read(
      ...[
        '--target_p99_ms=12.5',
        '--budget=90s',
        '--concurrency=64,4',
        '--batch=2',
        '--',
        '--data_threads=4',
      ],
    );
    assert.deepEqual([options.targetP99Ms, options.budgetMs], [12.5, 90_000]);
    assert.deepEqual(options.levels, [4, 64]);
    assert.equal(options.open.batch, 2);
    assert.deepEqual(options.flags, ['--data_threads=4']);
  });

  it('wants nothing for its help', () => {
    assert.equal(readTuneOptions(['--help']), 'help');
  });

  const refused: [args: string[], message: string | RegExp][] = [
    [['--model_name=m'], '--model_base_path is missing: tune starts servers of one model.'],
    [['--model_base_path=m'], /^--model_name is missing/],
    [[...model, 'more'], 'tune takes options, and flags of the server after --, not more.'],
    [[...model, '--', '--port=8500'], 'tune sets this flag itself: --port=8500.'],
    [[...model, '--protocol=http'], '--protocol must be grpc or rest, was http.'],
    [[...model, '--target_p99_ms=1,2'], '--target_p99_ms must be one number, was 1,2.'],
    [[...model, '--data_threads=2'], /^There is no option --data_threads=2/],
  ];
  for (const [args, message] of refused) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(
        () => readTuneOptions(args),
        (error) => {
          assert.ok(error instanceof UsageError);
          if (typeof message === 'string') assert.equal(error.message, message);
          else assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
