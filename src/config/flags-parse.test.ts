import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFlags } from './flags-parse.ts';

describe('parseFlags', () => {
  const accepted: [arg: string, name: string, value: unknown][] = [
    ['--port=9000', 'port', 9000],
    ['--port=-1', 'port', -1],
    ['--port=+5', 'port', 5],
    ['--port=0010', 'port', 10],
    ['--port=2147483647', 'port', 2147483647],
    ['--port=-2147483648', 'port', -2147483648],
    ['--grpc_port=9001', 'port', 9001],
    ['--load_retry_interval_micros=-9223372036854775808', 'load_retry_interval_micros', -(2 ** 63)],
    ['--enable_batching', 'enable_batching', true],
    ['--enable_batching=true', 'enable_batching', true],
    ['--flush_filesystem_caches=false', 'flush_filesystem_caches', false],
    ['--model_name=', 'model_name', ''],
    ['--model_name=a=b c', 'model_name', 'a=b c'],
    ['--model_name="x"', 'model_name', '"x"'],
    ['--per_process_gpu_memory_fraction=.5', 'per_process_gpu_memory_fraction', 0.5],
    [
      '--per_process_gpu_memory_fraction=1e-1',
      'per_process_gpu_memory_fraction',
      0.10000000149011612,
    ],
    ['--per_process_gpu_memory_fraction=-inf', 'per_process_gpu_memory_fraction', -Infinity],
    ['--per_process_gpu_memory_fraction=NaN', 'per_process_gpu_memory_fraction', Number.NaN],
    ['--start_policy=any', 'start_policy', 'any'],
  ];
  for (const [arg, name, value] of accepted) {
    it(`takes ${arg}`, () => {
      const parsed = parseFlags([arg]);
      assert.deepEqual(parsed.errors, []);
      assert.deepEqual(parsed.unknown, []);
      assert.deepEqual(parsed.values.get(name), value);
    });
  }

  const int = 'a whole number of 32 bits';
  const long = 'a whole number of 64 bits';
  const bool = 'true or false';
  const float = 'a number';
  const refused: [arg: string, value: string, name: string, expected: string][] = [
    ['--port=', '', 'port', int],
    ['--port=80x', '80x', 'port', int],
    ['--port=8.0', '8.0', 'port', int],
    ['--port=0x50', '0x50', 'port', int],
    ['--port=1e3', '1e3', 'port', int],
    ['--port=2147483648', '2147483648', 'port', int],
    ['--port=1 ', '1 ', 'port', int],
    ['--grpc_port=abc', 'abc', 'grpc_port', int],
    [
      '--load_retry_interval_micros=9223372036854775808',
      '9223372036854775808',
      'load_retry_interval_micros',
      long,
    ],
    ['--enable_batching=True', 'True', 'enable_batching', bool],
    ['--enable_batching=1', '1', 'enable_batching', bool],
    ['--enable_batching=', '', 'enable_batching', bool],
    ['--per_process_gpu_memory_fraction=half', 'half', 'per_process_gpu_memory_fraction', float],
    ['--per_process_gpu_memory_fraction=.', '.', 'per_process_gpu_memory_fraction', float],
    ['--per_process_gpu_memory_fraction=0.5f', '0.5f', 'per_process_gpu_memory_fraction', float],
  ];
  for (const [arg, value, name, expected] of refused) {
    it(`cannot interpret ${arg}`, () => {
      const parsed = parseFlags([arg, '--model_name=m']);
      assert.deepEqual(parsed.errors, [
        `Couldn't interpret value ${value} for flag ${name}. It must be ${expected}.`,
      ]);
      assert.equal(parsed.values.get('model_name'), 'm');
    });
  }

  it('names the choices of a flag that has some', () => {
    assert.deepEqual(parseFlags(['--start_policy=most']).errors, [
      "Couldn't interpret value most for flag start_policy. It must be one of: all, any.",
    ]);
  });

  it('lets the last occurrence win, also across an alias', () => {
    const parsed = parseFlags([
      '--port=1',
      '--grpc_port=2',
      '--port=3',
      '--model_name=a',
      '--model_name=b',
    ]);
    assert.equal(parsed.values.get('port'), 3);
    assert.equal(parsed.values.get('model_name'), 'b');
    assert.equal(parsed.values.has('grpc_port'), false);
  });

  it('collects what no flag matches and goes on behind it', () => {
    const parsed = parseFlags(['x', '-port=1', '--port', '8500', '--Port=3', '--model_name=m', '']);
    assert.deepEqual(parsed.unknown, [0, 1, 2, 3, 4, 6]);
    assert.equal(parsed.values.get('port'), 8500);
    assert.equal(parsed.values.get('model_name'), 'm');
  });

  it('stops at --', () => {
    const parsed = parseFlags(['--port=1', '--', '--port=2', '--help']);
    assert.equal(parsed.values.get('port'), 1);
    assert.deepEqual(parsed.unknown, [1, 2, 3]);
    assert.equal(parsed.help, false);
  });

  it('asks for help only where --help is the first unknown argument', () => {
    assert.equal(parseFlags(['--port=1', '--help', 'x']).help, true);
    assert.equal(parseFlags(['x', '--help']).help, false);
    assert.equal(parseFlags([]).help, false);
  });
});
