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
    assert.deepEqual(server, { host: 'localhost', port: 8501, isTls: false });
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
      ...['--below=2,a.b=30000', '--signature=one,two'],
    );
    assert.deepEqual(options.server, { host: '::1', port: 8500, isTls: false });
    assert.equal(options.metrics, null);
    assert.equal(options.model.version, 3n);
    assert.deepEqual([options.load, options.levels], ['open', [0.5, 200]]);
    assert.deepEqual([options.durationMs, options.warmupMs, options.patienceMs], [90_000, 0, 250]);
    const named = new Map([
      ['x.1', 224],
      ['a.b.0', 7],
    ]);
    assert.deepEqual(options.open, { batch: 4, all: 32, named });
    assert.deepEqual(options.below, { all: 2, named: new Map([['a.b', 30_000]]) });
    assert.deepEqual(options.signatures, ['one', 'two']);
    const { server } = read('--rest=http://h:1/', '--model=m');
    assert.deepEqual(server, { host: 'h', port: 1, isTls: false });
  });

  it('speaks TLS where anything asks for it', () => {
    const files = { ca: null, pair: null, serverName: null };
    const plain = read('--grpc=h:1', '--model=m', '--monitoring=https://h:2');
    assert.deepEqual([plain.tls, plain.server.isTls, plain.metrics?.isTls], [null, false, true]);
    const asked = [['--rest=https://h:1'], ['--rest=h:1', '--tls'], ['--rest=h:1', '--tls_ca=c']];
    for (const args of asked) {
      const { tls, server, metrics } = read(...args, '--model=m');
      assert.deepEqual([server.isTls, metrics?.isTls], [true, true]);
      assert.deepEqual(tls, { ...files, ca: args.length > 1 && args[1] !== '--tls' ? 'c' : null });
    }
    const mutual = read(
      ...['--grpc=h:1', '--model=m', '--tls_cert=c', '--tls_key=k'],
      ...['--tls_server_name=n', '--monitoring=h:2'],
    );
    assert.deepEqual(mutual.tls, { ca: null, pair: { cert: 'c', key: 'k' }, serverName: 'n' });
    assert.equal(mutual.metrics?.isTls, false);
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
    [[server, model, '--below=0'], '--below must be a whole number, at least 1, was 0.'],
    [[server, model, '--signature=a,,b'], /^--signature must be names of signatures/],
    [[server, model, '--input=f', '--signature=a,b'], /^With --input the request is given, of one/],
    [[server, model, '--input=f', '--batch=2'], /^With --input the request is given/],
    [[server, model, '--tls_key=k'], /^--tls_cert and --tls_key belong together/],
    [[server, model, '--tls=yes'], '--tls takes no value.'],
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
