import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { flags } from './flags.ts';
import { parseFlags } from './flags-parse.ts';
import { effectiveConfig } from './print-config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-print-'));
after(() => rmSync(folder, { recursive: true }));

const linesOf = async (args: string[], environment = {}) =>
  (await effectiveConfig(parseFlags(args, environment)))
    .split('\n')
    .map((line) => line.replaceAll(/ {2,}/g, ' '));

describe('effectiveConfig', () => {
  it('shows each value as it is in effect, and its source', async () => {
    const lines = await linesOf(
      [
        '--model_base_path=s3://key:secret@bucket/m',
        '--saved_model_tags=a,a,b',
        '--data_threads=0',
      ],
      { SERVAL_REST_API_PORT: '8501', SERVAL_GRPC_MAX_THREADS: '1' },
    );
    for (const expected of [
      /^--port=8500 # default$/,
      /^--rest_api_port=8501 # env SERVAL_REST_API_PORT$/,
      /^--saved_model_tags=a,b # flag$/,
      /^--data_threads=[1-9]\d* # flag \(0\), chosen for this machine$/,
      /^--num_request_iterations_for_warmup=1 # default \(0\)$/,
      /^--grpc_max_threads=1 # env SERVAL_GRPC_MAX_THREADS, has no effect$/,
      /^default s3:\/\/<hidden>@bucket\/m tensorflow latest 1 # flags$/,
    ]) {
      assert.ok(
        lines.some((line) => expected.test(line)),
        `${expected}\n${lines.join('\n')}`,
      );
    }
    assert.ok(!lines.some((line) => line.includes('secret')));
    const shown = lines.filter((line) => line.startsWith('--')).length;
    const kinds = new Set(['alias', 'command']);
    assert.equal(shown, flags.filter(({ effect }) => !kinds.has(effect.kind)).length);
  });

  it('says where the one model comes from', async () => {
    const environment = { MODEL_NAME: 'm', MODEL_BASE_PATH: '/models' };
    assert.equal(
      (await linesOf([], environment)).at(-2),
      'm /models/m tensorflow latest 1 # env MODEL_BASE_PATH and MODEL_NAME',
    );
  });

  it('lists the models of a config file', async () => {
    const file = path.join(folder, 'models.config');
    writeFileSync(
      file,
      `model_config_list {
         config { name: "a" base_path: "/a" model_platform: "tensorflow"
           model_version_policy { all {} } version_labels { key: "stable" value: 3 } }
         config { name: "b" base_path: "/b" model_platform: "tensorflow"
           model_version_policy { specific { versions: [1, 2] } } } }`,
    );
    const lines = await linesOf([], { MODEL_CONFIG_FILE: file });
    assert.ok(lines.includes(`--model_config_file=${file} # env MODEL_CONFIG_FILE`));
    assert.deepEqual(lines.slice(lines.indexOf('# Models served')), [
      '# Models served',
      `a /a tensorflow all versions labels stable=3 # file ${file}`,
      `b /b tensorflow versions 1,2 # file ${file}`,
      '',
    ]);
  });

  it('fails as the start would', async () => {
    await assert.rejects(effectiveConfig(parseFlags([])), /Both server_options.model_base_path/);
    await assert.rejects(
      effectiveConfig(parseFlags(['--model_config_file=/no/such'])),
      /\/no\/such; No such file or directory/,
    );
  });
});
