import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestEngine, zooPath } from '../engines/testing/tensorflow.ts';
import { MetricRegistry } from '../telemetry/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { LoadThreads } from './load-threads.ts';

const MiB = 2 ** 20;

/** What 50 loads may add, far below the memory of 50 models; allocators keep some for later. */
const mostGrowth = 64 * MiB;

test('loads and closes again and again do not add up', async (t) => {
  const engine = await openTestEngine();
  const threads = new LoadThreads({
    maxThreads: 2,
    idleMs: 60_000,
    maxHeapMb: 256,
    logger: new MemoryLogger(),
    metrics: new MetricRegistry([]),
  });
  threads.open(engine.share());
  const path = zooPath('models/resnet_mini/1');
  const cycle = async () => {
    const { shared } = await threads.load({ path, tags: ['serve'], warmup: null });
    await engine.adopt(shared).close();
  };
  for (let i = 0; i < 10; i++) await Promise.all([cycle(), cycle()]);
  const before = process.memoryUsage.rss();
  for (let i = 0; i < 25; i++) await Promise.all([cycle(), cycle()]);
  const after = process.memoryUsage.rss();
  t.diagnostic(`RSS ${(before / MiB).toFixed(1)} MiB → ${(after / MiB).toFixed(1)} MiB`);
  assert.ok(after - before < mostGrowth, `${(after - before) / MiB} MiB more`);
  await threads.close();
  await engine.close();
});
