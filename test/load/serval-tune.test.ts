import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fetchSignature, makeRequests } from '../../src/load-test/index.ts';
import { TestFolder } from '../../src/saved-model/testing/saved-model-folder.ts';
import type { BatchingSettings } from '../../src/tuning/batching-settings.ts';
import type { TuneResult } from '../../src/tuning/index.ts';
import { Workshop } from '../../src/tuning/workshop.ts';
import { runServal } from '../support/run-command.ts';
import { modelFlags, root, startServer, zoo } from '../support/server.ts';

const base = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');
const half = modelFlags('half_plus_two', base);
const quick = ['--budget=1s', '--duration=100ms', '--warmup=0', '--concurrency=2'];

describe('serval tune', () => {
  let folder: TestFolder;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    folder = await TestFolder.make();
    env = { TMPDIR: path.join(folder.path, 'tmp') };
    await mkdir(env.TMPDIR!);
  });
  after(() => folder[Symbol.asyncDispose]());

  const tune = (...args: string[]) => runServal(['tune', ...args], env);

  for (const threads of [1, 2]) {
    it(`writes parameters that a server takes, with ${threads} data threads`, async () => {
      const output = path.join(folder.path, `batching-${threads}.config`);
      const json = path.join(folder.path, `tune-${threads}.json`);
      const { code, out, errors } = await tune(
        ...half,
        ...[...quick, `--output=${output}`, `--json=${json}`, '--', `--data_threads=${threads}`],
      );
      assert.deepEqual([code, errors], [0, '']);
      assert.match(
        out,
        /^max_batch_size +batch_timeout_micros +num_batch_threads .*\nno batching .*\nauto /,
      );
      assert.match(out, /\n2 +0 +\d+ +2 +\d[\d.]* .*\n/);
      assert.equal(out.match(/← best parameters/g)?.length, 1);
      assert.match(out, /\n {2}--batching=auto: [\d.]+ requests\/s/);
      const written = await readFile(output, 'utf8');
      assert.ok(out.endsWith(written), written);
      const result = JSON.parse(await readFile(json, 'utf8')) as TuneResult;
      const ways = result.trials.map(({ batching }) => batching);
      assert.deepEqual(ways.slice(0, 2), ['off', 'auto']);
      assert.equal(result.best!.batching.maxBatchSize, 2);
      await using server = await startServer({
        flags: [...half, '--enable_batching', `--batching_parameters_file=${output}`],
      });
      const body = '{"instances": [4.0]}';
      const url = `${server.rest}/v1/models/half_plus_two:predict`;
      const reply = await fetch(url, { method: 'POST', body });
      assert.deepEqual(await reply.json(), { predictions: [4] });
    });
  }

  it('writes the parameters of a version', async () => {
    const own = path.join(folder.path, 'model');
    cpSync(base, own, { recursive: true });
    const [version] = await readdir(own);
    const flags = modelFlags('half_plus_two', own);
    const folderOfVersion = path.join(own, version!);
    const { code } = await tune(...flags, ...quick, `--version_output=${folderOfVersion}`);
    assert.equal(code, 0);
    const file = path.join(folderOfVersion, 'batching_params.pbtxt');
    assert.doesNotMatch(await readFile(file, 'utf8'), /^num_batch_threads/m);
    await using server = await startServer({
      flags: [...flags, '--enable_batching', '--enable_per_model_batching_parameters'],
    });
    const body = '{"instances": [4.0, 6.0, 8.0]}';
    const url = `${server.rest}/v1/models/half_plus_two:predict`;
    const reply = await fetch(url, { method: 'POST', body });
    // As the file says: batches of two rows.
    assert.match(await reply.text(), /larger than maximum|exceed/i);
  });

  it('lets parameters hold on a server that goes on, and starts one for other threads, and tells of its end', async () => {
    const tag = tagOf(1);
    const rows = { maxBatchSize: 16, batchTimeoutMicros: 50_000, numBatchThreads: 2 };
    const question = {
      protocol: 'grpc' as const,
      model: { name: 'half_plus_two', version: null, label: null, signature: 'serving_default' },
    };
    const open = { batch: 1, all: 1, named: new Map() };
    await using workshop = await Workshop.open(
      {
        ...{ ...question, modelBasePath: base, flags: [...half, tag], nodeOptions: [] },
        ...{ program: path.join(root, 'bin/serval.js'), startMs: 60_000 },
        ...{ levels: [16], targetP99Ms: null, durationMs: 200, warmupMs: 0 },
        maxEnqueuedBatches: 100,
        requests: async (server) =>
          makeRequests(question, await fetchSignature('grpc', server, question.model), {
            ...{ open, below: { all: null, named: new Map() }, seed: 1 },
          }),
      },
      folder.path,
    );
    const measure = async (given: Partial<BatchingSettings>) => {
      const batching = { ...rows, allowedBatchSizes: [], ...given };
      const { rowsPerBatch } = await workshop.measure(batching, null);
      return { rows: rowsPerBatch!, pids: await processesWith(tag) };
    };
    const large = await measure({});
    const small = await measure({ maxBatchSize: 4 });
    const other = await measure({ maxBatchSize: 4, numBatchThreads: 1 });
    assert.ok(large.rows > 4 && small.rows <= 4, `${large.rows}, ${small.rows}`);
    assert.equal(large.pids.length, 1);
    assert.deepEqual(small.pids, large.pids);
    assert.notDeepEqual(other.pids, large.pids);
    assert.equal(other.pids.length, 1);
    const last = measure({ maxBatchSize: 4, numBatchThreads: 1 });
    process.kill(other.pids[0]!, 'SIGKILL');
    await assert.rejects(last, { message: /^The server ended by SIGKILL, after: ./ });
  });

  const failures: [what: string, args: string[], text: RegExp][] = [
    [
      'a folder that is not there',
      ['--model_base_path=/nowhere'],
      /^serval: \/nowhere; No such file or directory\n$/,
    ],
    [
      'a flag that the server does not take',
      [`--model_base_path=${base}`, '--', '--data_threads=x'],
      /^serval: The server did not start: .*data_threads.*\n$/,
    ],
    [
      'a request that cannot be made',
      [`--model_base_path=${base}`, '--dim=z.1=3'],
      /^serval: There is no dimension z\.1; the inputs are x \[\?,1\]\n$/,
    ],
    [
      'a file that cannot be written',
      [`--model_base_path=${base}`, '--output=/nowhere/batching.config'],
      /^serval: \/nowhere\/batching\.config; No such file or directory\n$/,
    ],
    [
      'a folder of a version that is not there',
      [`--model_base_path=${base}`, '--version_output=/nowhere'],
      /^serval: \/nowhere\/batching_params\.pbtxt; No such file or directory\n$/,
    ],
  ];
  for (const [what, args, text] of failures) {
    it(`ends with an error for ${what}`, async () => {
      const { code, out, errors } = await tune('--model_name=m', ...quick, ...args);
      assert.deepEqual([code, out], [255, '']);
      assert.match(errors, text);
    });
  }

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    it(`leaves no server behind when it ends by ${signal}`, async () => {
      const tag = tagOf(signal === 'SIGINT' ? 2 : 3);
      const args = ['bin/serval.js', 'tune', ...half, '--duration=10m', '--warmup=0', '--', tag];
      const child = spawn(process.execPath, args, {
        ...{ cwd: root, stdio: 'ignore', env: { ...process.env, ...env } },
      });
      const servers = async () => (await processesWith(tag)).filter((pid) => pid !== child.pid);
      while ((await servers()).length === 0)
        await new Promise((resolve) => setTimeout(resolve, 50));
      child.kill(signal);
      assert.deepEqual(await once(child, 'close'), [null, signal]);
      while ((await servers()).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    });
  }

  it('leaves no file behind, unless it was killed', async () => {
    const left = await readdir(env.TMPDIR!);
    assert.ok(left.length <= 1, left.join());
  });
});

/** An argument that no server of another test has, nor one of another run of these. */
function tagOf(number: number): string {
  return `--max_num_load_retries=${process.pid * 10 + number}`;
}

/** The processes whose command lines have this argument. */
async function processesWith(argument: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.split('\0').includes(argument)) found.push(Number(name));
  }
  return found;
}
