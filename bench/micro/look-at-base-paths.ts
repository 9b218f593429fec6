/**
 * One look of the file-system source at the base paths of a thousand models, nothing having changed:
 * what polling costs every second. Prints CPU time and wall time a look, and the event loop's delay
 * meanwhile.
 *
 *     node bench/micro/look-at-base-paths.ts
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FileSystemSource } from '../../src/sources/index.ts';
import { LocalStore } from '../../src/stores/index.ts';
import { MemoryLogger } from '../../src/telemetry/testing/memory-logger.ts';
import { systemClock } from '../../src/util/index.ts';

const models = 1000;
const looks = 20;

const base = mkdtempSync(path.join(tmpdir(), 'serval-look-'));
const names = Array.from({ length: models }, (_, i) => `m${i}`);
for (const name of names) {
  mkdirSync(path.join(base, name, '1'), { recursive: true });
  writeFileSync(path.join(base, name, '1/saved_model.pb'), '');
}
const source = new FileSystemSource({
  store: new LocalStore(),
  clock: systemClock,
  logger: new MemoryLogger(),
  pollWaitSeconds: 1,
  settleSeconds: 0,
  alwaysPresent: true,
  checkComplete: async () => ({ complete: true }),
  hasFailed: () => false,
});
source.setAspiredVersionsCallback(() => {});
source.watch(
  names.map((name) => ({
    name,
    basePath: path.join(base, name),
    policy: { kind: 'latest', count: 1 },
  })),
);
await source.look();

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const cpu = process.cpuUsage();
const begin = performance.now();
for (let i = 0; i < looks; i++) await source.look();
const { user, system } = process.cpuUsage(cpu);
const wall = performance.now() - begin;
console.log(
  `${models} base paths: ${((user + system) / 1000 / looks).toFixed(1)} ms of CPU and ` +
    `${(wall / looks).toFixed(1)} ms a look; event loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
);
await source.stop();
rmSync(base, { recursive: true });
