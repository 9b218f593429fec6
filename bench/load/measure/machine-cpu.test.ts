import assert from 'node:assert/strict';
import os from 'node:os';
import { test } from 'node:test';
import { machineCpuMs, undisturbed } from './machine-cpu.ts';

test('the CPU time of the machine holds that of this process', () => {
  const [machine, own] = [machineCpuMs(), process.cpuUsage()];
  while (process.cpuUsage(own).user < 100_000);
  assert.ok(machineCpuMs() - machine >= 50);
});

test('pairs that others disturbed do not count, unless most are of that kind', () => {
  const busy = os.availableParallelism();
  const stretch = (pair: number, othersCores: number) => ({ round: 0, pair, othersCores });
  const quiet = [0, 0, 1, 1].map((pair) => stretch(pair, 0));
  assert.deepEqual(undisturbed(quiet), { kept: quiet, note: '2 pairs' });
  const one = [...quiet, stretch(2, 0), stretch(2, busy)];
  assert.deepEqual(undisturbed(one).kept, quiet);
  const most = [stretch(0, busy), stretch(1, busy), stretch(2, 0)];
  assert.deepEqual(undisturbed(most).kept, most);
});
