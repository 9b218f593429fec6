import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readBenchOptions } from './bench-options.ts';
import { UsageError } from './usage-error.ts';

function read(...args: string[]) {
  const options = readBenchOptions(args);
  assert.ok(options !== 'help');
  return options;
}

describe('readBenchOptions', () => {
  it('has a default for all but the server and the model', () => {
    const { server, model, metrics, open, ...others } = read('--rest=8501', '--model=m');
    assert.deepEqual(server, { host: 'localhost', port: 8501 });
    assert.deepEqual(metrics, { ...server, path: '/monitoring/prometheus/metrics' });
    assert.deepEqual(model, {
      name: 'm',
      version: null,
      label: null,
      signature: 'serving_default',
    });
    assert.deepEqual(open, { batch: 1, all: 1, named: new Map() });
    assert.deepEqual([others.load, others.levels], ['closed', [8]]);
    assert.deepEqual(
      [others.durationMs, others.warmupMs, others.patienceMs],
      [10_000, 2000, 30_000],
    );
  });

  it('reads addresses, levels, times and dimensions', () => {
    const options = read(
      ...['--grpc=[::1]:8500', '--model=m', '--version=3', '--rate=0.5,200', '--duration=1.5m'],
      ...['--warmup=0', '--timeout=250ms', '--batch=4', '--dim=32,x.1=224,a.b.0=7'],
    );
    assert.deepEqual(options.server, { host: '::1', port: 8500 });
    assert.equal(options.metrics, null);
    assert.equal(options.model.version, 3n);
    assert.deepEqual([options.load, options.levels], ['open', [0.5, 200]]);
    assert.deepEqual([options.durationMs, options.warmupMs, options.patienceMs], [90_000, 0, 250]);
    const named = new Map([
      ['x.1', 224],
      ['a.b.0', 7],
    ]);
    assert.deepEqual(options.open, { batch: 4, all: 32, named });
    assert.deepEqual(read('--rest=http://h:1/', '--model=m').server, { host: 'h', port: 1 });
  });

  it('wants nothing for its help', () => {
    assert.equal(readBenchOptions(['--help']), 'help');
  });

  const server = '--rest=h:1';
  const model = '--model=m';
  const refused: [args: string[], message: string | RegExp][] = [
    [[model], 'Say which server is loaded: --rest=<host>:<port> or --grpc=<host>:<port>.'],
    [[model, server, '--grpc=h:2'], /^Say which server is loaded/],
    [[server], 'Say which model is asked: --model=<name>.'],
    [['--rest=h', model], '--rest must be <host>:<port>, was h.'],
    [['--rest=h:65536', model], /^--rest must be/],
    [[server, model, 'more'], 'bench takes options only, not more.'],
    [[server, model, '--version=1', '--label=a'], 'Give --version or --label, not both.'],
    [[server, model, '--version=-1'], '--version must be a whole number, at least 0, was -1.'],
    [
      [server, model, '--rate=1', '--concurrency=1'],
      /^Give --concurrency \(closed loop\) or --rate/,
    ],
    [[server, model, '--concurrency=1.5'], /^--concurrency must be whole numbers greater than 0/],
    [[server, model, '--concurrency=1,,2'], /^--concurrency must be whole numbers greater than 0/],
    [[server, model, '--rate=0'], /^--rate must be numbers greater than 0/],
    [[server, model, '--rate=Infinity'], /^--rate must be numbers greater than 0/],
    [[server, model, '--duration=0'], '--duration must be a time like 500ms, 10s or 2m, was 0.'],
    [[server, model, '--duration=1h'], /^--duration must be a time/],
    [[server, model, '--batch=0'], '--batch must be a whole number, at least 1, was 0.'],
    [[server, model, '--dim=x=3'], /^--dim must be a whole number/],
    [[server, model, '--input=f', '--batch=2'], /^With --input the request is given/],
    [[server, model, '--jsn=f'], 'There is no option --jsn=f. Did you mean --json?'],
  ];
  for (const [args, message] of refused) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(
        () => readBenchOptions(args),
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
