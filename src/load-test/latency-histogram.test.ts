import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../util/index.ts';
import { LatencyHistogram } from './latency-histogram.ts';

describe('LatencyHistogram', () => {
  it('finds quantiles of any size to less than a percent', () => {
    const random = seededRandom(5);
    const values = Array.from({ length: 20_000 }, () => 10 ** (random() * 7 - 3));
    const histogram = new LatencyHistogram();
    for (const value of values) histogram.add(value);
    values.sort((a, b) => a - b);
    for (const share of [0.001, 0.5, 0.9, 0.99, 0.999]) {
      const exact = values[Math.ceil(share * values.length) - 1]!;
      const found = histogram.quantile(share);
      // A µs is the finest that it tells apart.
      assert.ok(Math.abs(found - exact) <= exact * 0.008 + 0.001, `${share}: ${found}, ${exact}`);
    }
    assert.equal(histogram.quantile(1), values.at(-1));
    assert.equal(histogram.min, values[0]);
    assert.equal(histogram.count, 20_000);
  });

  it('has buckets without gaps that hold all values', () => {
    const histogram = new LatencyHistogram();
    for (let micros = 0; micros < 5000; micros++) histogram.add(micros / 1000);
    const buckets = histogram.buckets();
    assert.equal(
      buckets.reduce((sum, { count }) => sum + count, 0),
      5000,
    );
    buckets.slice(1).forEach(({ fromMs }, i) => {
      assert.equal(fromMs, buckets[i]!.toMs);
    });
    assert.deepEqual(buckets[0], { fromMs: 0, toMs: 0.001, count: 1 });
    assert.deepEqual(buckets[256], { fromMs: 0.256, toMs: 0.258, count: 2 });
  });

  it('is exact for one value, and never outside the values', () => {
    const histogram = new LatencyHistogram();
    histogram.add(1000.25);
    assert.equal(histogram.quantile(0.5), 1000.25);
    assert.equal(histogram.mean, 1000.25);
    histogram.add(1000.26);
    assert.equal(histogram.quantile(0.5) <= histogram.max, true);
    assert.equal(histogram.quantile(0.5) >= histogram.min, true);
  });

  it('knows nothing of none, and bears what no clock should say', () => {
    const histogram = new LatencyHistogram();
    assert.ok([histogram.min, histogram.max, histogram.mean].every(Number.isNaN));
    assert.ok(Number.isNaN(histogram.quantile(0.5)));
    assert.deepEqual(histogram.buckets(), []);
    histogram.add(-1);
    histogram.add(1e12);
    assert.equal(histogram.count, 2);
    assert.equal(histogram.max, 1e12);
    assert.equal(histogram.buckets().length, 2);
  });
});
