import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RestClient } from '../support/rest-client.ts';
import { startServer, zoo } from '../support/server.ts';
import { servesOnly, VersionsFolder, versionsUntil } from '../support/versions-folder.ts';

const exhaustive = process.env.SERVAL_EXHAUSTIVE !== undefined;
/** Cycles in all, and the growth allowed from the tenth to the last. */
const [cycles, growth] = exhaustive ? [200, 1.05] : [40, 1.05];

/** Those of the command line (bin/serval.js). */
const heapSettings = [
  '--max-semi-space-size=8',
  '--heap-growing-percent=100',
  '--no-allocation-site-pretenuring',
];
const program = fileURLToPath(new URL('../support/embedded-server.ts', import.meta.url));
const source = path.join(zoo, 'models/bert_mini/1');

/** Resident bytes of a process. */
function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
}

test(`${cycles} versions loaded and unloaded leave memory as it was after 10`, async (t) => {
  await using folder = await VersionsFolder.create();
  await folder.put('m', 1, source);
  const options = {
    modelName: 'm',
    modelBasePath: folder.base('m'),
    fileSystemPollWaitSeconds: 0.05,
    settleSeconds: 0,
  };
  await using server = await startServer({
    command: [process.execPath, ...heapSettings, program, JSON.stringify(options)],
    flags: [],
    waitUntil: /listening \d+ \d+/,
  });
  const [, , port] = await server.logged(/listening (\d+) (\d+)/);
  const rest = new RestClient(`http://127.0.0.1:${port}`);
  t.after(() => rest.close());
  const golden = JSON.parse(readFileSync(path.join(zoo, 'golden/bert_mini.json'), 'utf8')) as {
    readonly cases: readonly { readonly rest_path?: string; readonly rest_request?: unknown }[];
  };
  const asked = golden.cases.find((one) => one.rest_request !== undefined)!;
  const seen: number[] = [];
  for (let version = 2; version <= cycles + 1; version++) {
    await folder.put('m', version, source);
    await folder.remove('m', version - 1);
    await versionsUntil(rest, 'm', servesOnly(version));
    const answer = await rest.post('/v1/models/m:predict', asked.rest_request);
    assert.equal(answer.status, 200, answer.body.toString());
    seen.push(residentBytes(server.pid));
  }
  const [early, late] = [seen[9]!, seen.at(-1)!];
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  t.diagnostic(`RSS ${mebibytes(early)} MiB after 10 → ${mebibytes(late)} MiB after ${cycles}`);
  assert.ok(late <= early * growth, `RSS grew: ${seen.map(mebibytes).join(' ')}`);
  assert.match(server.output(), /Freed the model of .*resident memory [\d.]+ MiB → [\d.]+ MiB/);
});
