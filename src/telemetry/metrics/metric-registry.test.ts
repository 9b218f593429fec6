import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricRegistry } from './metric-registry.ts';
import type { MetricSpec } from './metric-spec.ts';
import { servingSpecs } from './serving-specs.ts';
import { ThreadMetrics } from './thread-metrics.ts';

const hits: MetricSpec = { name: '/b/hits', kind: 'counter', labels: ['model-name', 'status'] };
const runs: MetricSpec = { name: '/a/runs', kind: 'counter', labels: [] };
const sizes: MetricSpec = { name: '/c/sizes', kind: 'histogram', labels: ['m'], limits: [1, 2.5] };

function setUp() {
  const registry = new MetricRegistry([hits, runs, sizes]);
  const thread = () => {
    const source = registry.open();
    return { source, cells: new ThreadMetrics((cell) => source.take(cell)) };
  };
  return { registry, thread };
}

test('a page without cells names every metric, by its name', () => {
  const { registry } = setUp();
  assert.equal(
    registry.page(),
    '# TYPE :a:runs counter\n# TYPE :b:hits counter\n# TYPE :c:sizes histogram\n',
  );
});

test('cells of threads are added up and printed as TFS does, but each on one line', () => {
  const { registry, thread } = setUp();
  const [one, two] = [thread(), thread()];
  one.cells.counter(runs).add(3);
  two.cells.counter(hits, ['m"\\\n', 'OK']).add();
  one.cells.counter(hits, ['m"\\\n', 'OK']).add();
  one.cells.counter(hits, ['a', 'NOT_FOUND']).add();
  for (const value of [0, 1, 2.5]) one.cells.histogram(sizes, ['x']).add(value);
  two.cells.histogram(sizes, ['x']).add(2);
  assert.equal(
    registry.page(),
    [
      '# TYPE :a:runs counter',
      ':a:runs{} 3',
      '# TYPE :b:hits counter',
      ':b:hits{model_name="a",status="NOT_FOUND"} 1',
      ':b:hits{model_name="m\\"\\\\\\n",status="OK"} 2',
      '# TYPE :c:sizes histogram',
      ':c:sizes_bucket{m="x",le="1"} 1',
      ':c:sizes_bucket{m="x",le="2.5"} 3',
      ':c:sizes_bucket{m="x",le="+Inf"} 4',
      ':c:sizes_sum{m="x"} 5.5',
      ':c:sizes_count{m="x"} 4',
      '',
    ].join('\n'),
  );
});

test('what a thread has counted stays when it has ended', () => {
  const { registry, thread } = setUp();
  const first = thread();
  first.cells.counter(runs).add(2);
  first.source.end();
  assert.equal(registry.firstValue('/a/runs'), 2n);
  thread().cells.counter(runs).add(5);
  assert.equal(registry.firstValue('/a/runs'), 7n);
  first.source.end();
  assert.equal(registry.firstValue('/a/runs'), 7n);
});

test('the first value is that of the first labels; there is none of unknown metrics and histograms', () => {
  const { registry, thread } = setUp();
  const { cells } = thread();
  assert.equal(registry.firstValue('/b/hits'), 0n);
  cells.counter(hits, ['z', 'OK']).add(9);
  cells.counter(hits, ['b', 'OK']).add(4);
  assert.equal(registry.firstValue('/b/hits'), 4n);
  assert.equal(registry.firstValue('/c/sizes'), null);
  assert.equal(registry.firstValue('/none'), null);
});

test('cells lie in blocks of shared memory, none over another', () => {
  const registry = new MetricRegistry([runs, hits]);
  const source = registry.open();
  const blocks = new Set<SharedArrayBuffer>();
  const cells = new ThreadMetrics((cell) => {
    blocks.add(cell.memory);
    source.take(cell);
  });
  for (let i = 0; i < 1000; i++) cells.counter(hits, [`m${i}`, 'OK']).add(i);
  assert.equal(blocks.size, 2);
  const text = registry.page();
  for (const i of [0, 511, 512, 999]) {
    assert.ok(text.includes(`:b:hits{model_name="m${i}",status="OK"} ${i}\n`), String(i));
  }
});

test('latencies have the limits of TFS', () => {
  const registry = new MetricRegistry([servingSpecs.requestLatency]);
  const source = registry.open();
  const cells = new ThreadMetrics((cell) => source.take(cell));
  cells.histogram(servingSpecs.requestLatency, ['m', 'predict', 'REST']).add(10);
  const limits = [...registry.page().matchAll(/le="([^"]+)"} (\d)/g)].map(([, limit]) => limit);
  assert.equal(
    limits.join(' '),
    '10 18 32.4 58.32 104.976 188.957 340.122 612.22 1102 1983.59 3570.47 6426.84 11568.3 20823 ' +
      '37481.3 67466.4 121440 218591 393464 708235 1.27482e+06 2.29468e+06 4.13043e+06 ' +
      '7.43477e+06 1.33826e+07 2.40887e+07 4.33596e+07 7.80473e+07 1.40485e+08 2.52873e+08 ' +
      '4.55172e+08 8.19309e+08 1.47476e+09 +Inf',
  );
  assert.match(registry.page(), /le="10"} 0\n.*le="18"} 1\n/);
});
