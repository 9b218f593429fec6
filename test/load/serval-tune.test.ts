import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { TestFolder } from '../../src/saved-model/testing/saved-model-folder.ts';
import { modelFlags, root, startServer, zoo } from '../support/server.ts';

const base = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');
const quick = ['--budget=1s', '--duration=100ms', '--warmup=0', '--concurrency=2'];

describe('serval tune', () => {
  let folder: TestFolder;

  before(async () => {
    folder = await TestFolder.make();
    await mkdir(path.join(folder.path, 'tmp'));
  });
  after(() => folder[Symbol.asyncDispose]());

  function tune(...args: string[]): Promise<{ code: unknown; out: string; errors: string }> {
    const command = [path.join(root, 'bin/serval.js'), 'tune', ...args];
    const env = { ...process.env, TMPDIR: path.join(folder.path, 'tmp') };
    return new Promise((resolve) => {
      execFile(process.execPath, command, { cwd: root, env }, (error, out, errors) =>
        resolve({ code: error === null ? 0 : error.code, out, errors }),
      );
    });
  }

  for (const threads of [1, 2]) {
    it(`writes parameters that a server takes, with ${threads} data threads`, async () => {
      const output = path.join(folder.path, `batching-${threads}.config`);
      const { code, out, errors } = await tune(
        ...modelFlags('half_plus_two', base),
        ...[...quick, `--output=${output}`, '--', `--data_threads=${threads}`],
      );
      assert.deepEqual([code, errors], [0, '']);
      assert.match(
        out,
        /^max_batch_size +batch_timeout_micros +num_batch_threads .*\nno batching /,
      );
      assert.match(out, /\n2 +0 +\d+ +2 +\d[\d.]* .*\n/);
      assert.equal(out.match(/← best/g)?.length, 1);
      const written = await readFile(output, 'utf8');
      assert.ok(out.endsWith(written), written);
      await using server = await startServer({
        flags: [
          ...modelFlags('half_plus_two', base),
          ...['--enable_batching', `--batching_parameters_file=${output}`],
        ],
      });
      const body = '{"instances": [4.0]}';
      const url = `${server.rest}/v1/models/half_plus_two:predict`;
      const reply = await fetch(url, { method: 'POST', body });
      assert.deepEqual(await reply.json(), { predictions: [4] });
    });
  }

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
  ];
  for (const [what, args, text] of failures) {
    it(`ends with an error for ${what}`, async () => {
      const { code, out, errors } = await tune('--model_name=m', ...quick, ...args);
      assert.deepEqual([code, out], [255, '']);
      assert.match(errors, text);
    });
  }

  it('leaves no file behind', async () => {
    assert.deepEqual(await readdir(path.join(folder.path, 'tmp')), []);
  });
});
