import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { BatchingParametersSchema } from '../../proto/index.ts';
import { Code } from '../../status/index.ts';
import { parseTextProto } from '../text-proto/index.ts';
import { compileBatching } from './batching-options.ts';
import { readBatching } from './read-batching.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-batching-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const compile = (text: string) => compileBatching(parseTextProto(BatchingParametersSchema, text));
const on = {
  enableBatching: true,
  batching: 'parameters' as const,
  batchingParametersFile: '',
  enablePerModelBatchingParameters: false,
};

describe('batching parameters', () => {
  it('have the defaults of TFS', () => {
    assert.deepEqual(compile(''), {
      maxBatchSize: 1000,
      batchTimeoutMs: 0,
      maxEnqueuedBatches: 10,
      allowedBatchSizes: [],
      padVariableLengthInputs: false,
      enableLargeBatchSplitting: false,
      maxExecutionBatchSize: 1000,
    });
  });

  it('are taken as they are given', () => {
    const text = `max_batch_size { value: 64 } batch_timeout_micros { value: 1500 }
      max_enqueued_batches { value: 7 } allowed_batch_sizes: 8 allowed_batch_sizes: 64
      pad_variable_length_inputs: true enable_large_batch_splitting { value: true }
      max_execution_batch_size { value: 16 }`;
    assert.deepEqual(compile(text), {
      maxBatchSize: 64,
      batchTimeoutMs: 1.5,
      maxEnqueuedBatches: 7,
      allowedBatchSizes: [8, 64],
      padVariableLengthInputs: true,
      enableLargeBatchSplitting: true,
      maxExecutionBatchSize: 16,
    });
    const whole = compile('max_batch_size { value: 64 } max_execution_batch_size { value: 16 }');
    assert.equal(
      whole.maxExecutionBatchSize,
      64,
      'without splitting a batch is as large as a task',
    );
    assert.equal(compile('max_enqueued_batches { value: 0 }').maxEnqueuedBatches, 1);
  });

  const splitting = 'enable_large_batch_splitting { value: true }';
  const wrong: readonly (readonly [text: string, message: string])[] = [
    [
      'max_batch_size { value: 8 } allowed_batch_sizes: 4',
      'Last entry in allowed_batch_sizes must match max_batch_size; last entry was 4; expected 8',
    ],
    [
      'allowed_batch_sizes: 4',
      'Last entry in allowed_batch_sizes must match max_batch_size; last entry was 4; expected 1000',
    ],
    ['max_batch_size { value: 0 }', 'input_batch_size_limit must be positive; was 0'],
    ['batch_timeout_micros { value: -1 }', 'batch_timeout_micros must be non-negative; was -1'],
    [
      `max_enqueued_batches { value: 0 } ${splitting}`,
      'max_enqueued_batches must be positive; was 0',
    ],
    [
      `max_execution_batch_size { value: 0 } ${splitting}`,
      'max_execution_batch_size must be positive; was 0',
    ],
    [
      `max_batch_size { value: 8 } max_execution_batch_size { value: 9 } ${splitting}`,
      'When enable_large_batch_splitting is true, input_batch_size_limit must be greater than or equal to max_execution_batch_size.',
    ],
  ];
  for (const [text, message] of wrong) {
    it(`are refused: ${text}`, () => {
      assert.throws(() => compile(text), { code: Code.INVALID_ARGUMENT, message });
    });
  }
});

describe('readBatching', () => {
  it('is off unless it is asked for, and has a thread for each CPU', async () => {
    const off = { ...on, enableBatching: false };
    assert.equal(await readBatching(off), null);
    assert.notEqual(await readBatching({ ...off, batching: 'auto' }), null);
    const batching = (await readBatching(on))!;
    assert.equal(batching.threads, availableParallelism());
    assert.equal((await batching.optionsFor('/m/1'))?.maxBatchSize, 1000);
  });

  it('takes the file for every version, and checks it when one is loaded', async () => {
    const batchingParametersFile = write(
      'good.config',
      'num_batch_threads { value: 3 } max_batch_size { value: 8 }',
    );
    const batching = (await readBatching({ ...on, batchingParametersFile }))!;
    assert.equal(batching.threads, 3);
    assert.equal((await batching.optionsFor('/m/1'))?.maxBatchSize, 8);
    const bad = write('bad.config', 'max_batch_size { value: 0 }');
    const fails = (await readBatching({ ...on, batchingParametersFile: bad }))!;
    await assert.rejects(fails.optionsFor('/m/1'), { code: Code.INVALID_ARGUMENT });
  });

  it('refuses at once what TFS refuses at its start', async () => {
    for (const threads of [0, -2]) {
      const batchingParametersFile = write(
        'threads.config',
        `num_batch_threads { value: ${threads} }`,
      );
      await assert.rejects(readBatching({ ...on, batchingParametersFile }), {
        code: Code.INVALID_ARGUMENT,
        message: `num_batch_threads must be positive; was ${threads}`,
      });
    }
    await assert.rejects(readBatching({ ...on, batchingParametersFile: '/no/such' }), {
      code: Code.NOT_FOUND,
    });
    const unreadable = write('unreadable.config', 'max_batch_size: {');
    await assert.rejects(readBatching({ ...on, batchingParametersFile: unreadable }), {
      code: Code.INVALID_ARGUMENT,
      message: `Invalid protobuf file: '${unreadable}'`,
    });
  });

  it('takes the file of each version, where they have their own', async () => {
    const batchingParametersFile = write(
      'pool.config',
      'num_batch_threads { value: 3 } max_batch_size { value: 8 }',
    );
    const batching = (await readBatching({
      ...{ ...on, batchingParametersFile },
      enablePerModelBatchingParameters: true,
    }))!;
    assert.equal(batching.threads, 3);
    assert.equal(await batching.optionsFor(folder), null, 'without a file it is not batched');
    const own = write('batching_params.pbtxt', 'batch_timeout_micros { value: 10 }');
    const options = await batching.optionsFor(folder);
    assert.deepEqual([options?.maxBatchSize, options?.batchTimeoutMs], [1000, 0.01]);
    writeFileSync(own, 'max_batch_size { value:');
    await assert.rejects(batching.optionsFor(folder), {
      code: Code.INVALID_ARGUMENT,
      message: `Invalid protobuf file: '${own}'`,
    });
  });
});
