import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricRegistry } from './metric-registry.ts';
import { ThreadMetrics } from './thread-metrics.ts';
import { threadSpecs } from './thread-specs.ts';
import { ThreadVitals, vitalsMs } from './thread-vitals.ts';

function setUp(bytes: () => number = () => 0) {
  const registry = new MetricRegistry(Object.values(threadSpecs));
  const source = registry.open();
  const cells = new ThreadMetrics((cell) => source.take(cell));
  const vitals = new ThreadVitals(cells, '1', bytes, 1000);
  const value = (cell: string) => {
    const line = registry.page().split('\n');
    return Number(line.find((one) => one.startsWith(`${cell} `))?.slice(cell.length + 1));
  };
  return { vitals, value, source };
}

test('counts how late a thread comes to look', () => {
  const { vitals, value } = setUp();
  const [onTime, late] = [1000 + vitalsMs, 1000 + 2 * vitalsMs + 40];
  vitals.look(onTime);
  vitals.look(late);
  vitals.look(late + vitalsMs - 1);
  const delay = 'serval_event_loop_delay_seconds';
  assert.equal(value(`${delay}_count{thread="1"}`), 3);
  assert.equal(value(`${delay}_sum{thread="1"}`), 0.04);
  assert.equal(value(`${delay}_bucket{thread="1",le="0.025"}`), 2);
  assert.equal(value(`${delay}_bucket{thread="1",le="0.05"}`), 3);
});

test('tells the heap and the bytes in flight as they are', () => {
  let bytes = 5;
  const { vitals, value } = setUp(() => bytes);
  vitals.look(1000 + vitalsMs);
  assert.equal(value('serval_in_flight_bytes{thread="1"}'), 5);
  assert.ok(value('serval_heap_used_bytes{thread="1"}') > 1_000_000);
  bytes = 3;
  vitals.look(1000 + 2 * vitalsMs);
  assert.equal(value('serval_in_flight_bytes{thread="1"}'), 3);
});

test('a thread that has ended holds nothing, and its delays stay', () => {
  const { vitals, value, source } = setUp(() => 7);
  vitals.look(1000 + vitalsMs);
  source.end();
  assert.equal(value('serval_in_flight_bytes{thread="1"}'), 0);
  assert.equal(value('serval_heap_used_bytes{thread="1"}'), 0);
  assert.equal(value('serval_event_loop_delay_seconds_count{thread="1"}'), 1);
});

test('looks by itself, until it is stopped, without keeping the thread', () => {
  const { vitals } = setUp();
  vitals.start();
  vitals.stop();
  vitals.stop();
});
