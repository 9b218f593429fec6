import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { TestFolder } from '../../src/saved-model/testing/saved-model-folder.ts';
import { root } from '../support/server.ts';

const run = promisify(execFile);

interface Report {
  readonly versions: { readonly node: string };
  readonly rows: readonly {
    readonly scenario: string;
    readonly value: { readonly median: number; readonly low: number; readonly high: number };
    readonly must: unknown;
    readonly verdict: string;
  }[];
  readonly failed: object;
  readonly samples: Readonly<
    Record<string, readonly { readonly label: string; readonly cpuMs: number }[]>
  >;
}

test('the bench measures a scenario, prints its row and writes what it measured', async () => {
  await using folder = await TestFolder.make();
  const file = path.join(folder.path, 'report.json');
  const args = ['bench/run.ts', 'rest-tiny', '--quick', '--pairs=1', `--json=${file}`];
  const { stdout } = await run(process.execPath, args, { cwd: root });
  assert.match(stdout, /REST predict, tiny model/);
  const report = JSON.parse(await readFile(file, 'utf8')) as Report;
  assert.equal(report.versions.node, process.version);
  assert.deepEqual(report.failed, {});
  assert.equal(report.rows.length, 1);
  const [row] = report.rows;
  assert.equal(row?.scenario, 'rest-tiny');
  assert.deepEqual(row?.must, { atMost: 2.6 });
  assert.ok(row.value.median > 0 && row.value.low <= row.value.high);
  const samples = report.samples['rest-tiny']!;
  assert.deepEqual(
    samples.map(({ label }) => label),
    ['serval', 'node:http echo'],
  );
  assert.ok(samples.every(({ cpuMs }) => cpuMs > 0));
});

test('the bench names the scenarios when it is asked for one that it does not have', async () => {
  await assert.rejects(run(process.execPath, ['bench/run.ts', 'rest-tin'], { cwd: root }), {
    code: 1,
    stderr: /no scenario rest-tin; there are rest-tiny, /,
  });
});
