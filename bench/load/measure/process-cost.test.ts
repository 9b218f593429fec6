import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCpu, readMemory, threadCosts, totalMs } from './process-cost.ts';

test('what a busy process used is seen, and about as much as it says itself', () => {
  const begin = process.cpuUsage();
  const before = readCpu(process.pid);
  let sum = 0;
  while (process.cpuUsage(begin).user < 60_000) for (let i = 0; i < 1e5; i++) sum += i;
  const own = process.cpuUsage(begin);
  const after = readCpu(process.pid);
  assert.ok(sum > 0);
  const used = totalMs(before, after);
  assert.ok(used > 40 && used < (own.user + own.system) / 1000 + 60, `${used} ms`);
  const [busiest] = threadCosts(before, after);
  assert.equal(busiest?.id, process.pid);
});

test('a thread that begins between two readings counts from nothing', () => {
  const before = { threads: new Map([[1, { name: 'main', ms: 5 }]]) };
  const after = {
    threads: new Map([
      [1, { name: 'main', ms: 7 }],
      [2, { name: 'worker', ms: 3 }],
    ]),
  };
  assert.equal(totalMs(before, after), 5);
  assert.deepEqual(
    threadCosts(before, after).map(({ name, ms }) => [name, ms]),
    [
      ['worker', 3],
      ['main', 2],
    ],
  );
});

test('resident memory is that of the process, and is made of its parts', () => {
  const { rss, anonymous, files } = readMemory(process.pid);
  assert.ok(Math.abs(rss - process.memoryUsage.rss() / 1e6) < rss / 5);
  assert.ok(anonymous + files <= rss * 1.01);
});

test('a process that is not there is an error', () => {
  assert.throws(() => readCpu(2 ** 30), /ENOENT/);
});
