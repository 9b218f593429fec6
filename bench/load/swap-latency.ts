/**
 * What the loads of one model cost the requests to another: a gRPC client asks half_plus_two at a
 * quarter of what the server can answer, at random times, while versions of a second model are put
 * and taken away. Latency is timed from when a request was due.
 *
 *     node bench/load/swap-latency.ts --model=<version directory> [--swaps=10] [--steady_ms=3000] [--server=<command>]
 *
 * Prints the percentiles within swaps and outside of them, and their ratios, and the same as JSON on
 * the last line. Where `--server` names another server's command, that one is measured: it must take
 * the flags of TensorFlow Serving.
 */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { OpenLoop, percentile } from '../../test/support/open-loop.ts';
import { RestClient } from '../../test/support/rest-client.ts';
import { modelConfig, startServer, zoo } from '../../test/support/server.ts';
import { servesOnly, VersionsFolder, versionsUntil } from '../../test/support/versions-folder.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    swaps: { type: 'string', default: '10' },
    steady_ms: { type: 'string', default: '3000' },
    server: { type: 'string' },
  },
});
const source = values.model ?? path.join(zoo, 'models/resnet_mini/1');
const now = () => performance.timeOrigin + performance.now();

await using folder = await VersionsFolder.create();
await folder.put('swapped', 1, source);
const models = [
  { name: 'swapped', base: folder.base('swapped') },
  { name: 'asked', base: path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu') },
];
await using server = await startServer({
  flags: [await modelConfig(models)],
  ...(values.server !== undefined && { command: values.server.split(' ') }),
});
const rest = new RestClient(server.rest);
await using load = new OpenLoop(server.grpc);
const rate = (await load.capacity(['asked'], 4000)) / 4;
load.start([{ model: 'asked', rate }]);

const windows: { from: number; until: number }[] = [];
for (let version = 2; version <= Number(values.swaps) + 1; version++) {
  await delay(Number(values.steady_ms));
  const from = now();
  await folder.put('swapped', version, source);
  await versionsUntil(rest, 'swapped', servesOnly(version));
  windows.push({ from, until: now() });
  await folder.remove('swapped', version - 1);
}
const [record] = await load.stop();
rest.close();

const within: number[] = [];
const outside: number[] = [];
for (const [i, at] of record!.scheduledAt.entries()) {
  const isWithin = windows.some(({ from, until }) => at >= from && at <= until);
  (isWithin ? within : outside).push(record!.latencyMs[i]!);
}
const seconds = windows.map(({ from, until }) => (until - from) / 1000);
console.log(
  `${source}: ${windows.length} swaps of ${percentile(seconds, 0.5).toFixed(2)} s (median)`,
);
console.log(`${Math.round(rate)} requests a second, ${record!.failed} failed`);
const ratios: Record<string, number> = {};
for (const share of [0.5, 0.9, 0.99, 0.999]) {
  const [during, steady] = [percentile(within, share), percentile(outside, share)];
  ratios[`p${100 * share}`] = during / steady;
  console.log(
    `p${100 * share}: ${during.toFixed(2)} ms in swaps, ${steady.toFixed(2)} ms outside, ratio ${(during / steady).toFixed(2)}`,
  );
}
console.log(
  JSON.stringify({
    requests: { within: within.length, outside: outside.length, failed: record!.failed },
    ratios,
  }),
);
