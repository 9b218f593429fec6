import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startServer, zoo } from '../support/server.ts';

const type = 'type.googleapis.com/tensorflow.serving.SavedModelBundleSourceAdapterConfig';

describe('platforms of a file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'serval-platforms-'));
  });
  after(() => rm(folder, { recursive: true }));

  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return file;
  };
  const platform = (name: string, bundle: string) =>
    `platform_configs { key: "${name}" value { source_adapter_config {
       [${type}] { legacy_config { ${bundle} } } } } }\n`;
  const model = (name: string, base: string, platformName: string) =>
    `config { name: "${name}" base_path: "${path.join(zoo, base)}" model_platform: "${platformName}" }\n`;

  it('load each model with its own tags, sessions and warm-up', async () => {
    const platforms = await write(
      'platforms.config',
      platform(
        'tensorflow',
        'enable_model_warmup: true model_warmup_options { num_model_warmup_threads { value: 3 } }',
      ) +
        platform(
          'tagged',
          'saved_model_tags: "train" session_config { use_per_session_threads: true }',
        ),
    );
    const models = await write(
      'models.config',
      `model_config_list {
         ${model('plain', 'models/warmup', 'tensorflow')}
         ${model('tagged', 'models/several_tags', 'tagged')} }`,
    );
    await using server = await startServer({
      flags: [
        `--platform_config_file=${platforms}`,
        `--model_config_file=${models}`,
        '--saved_model_tags=none_has_it',
      ],
    });
    assert.match(server.output(), /Replayed \d+ warmup records on the model at .*models\/warmup/);
    assert.match(server.output(), /--saved_model_tags has no effect: --platform_config_file/);
    for (const name of ['plain', 'tagged']) {
      const response = await fetch(`${server.rest}/v1/models/${name}`);
      assert.match(await response.text(), /"state":\s*"AVAILABLE"/);
    }
  });

  it('are said to leave a SavedModelConfig of a version aside', async () => {
    const base = path.join(folder, 'own');
    await cp(path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu'), base, { recursive: true });
    const extra = path.join(base, '00000123/assets.extra');
    await mkdir(extra, { recursive: true });
    await writeFile(path.join(extra, 'saved_model_config.pb'), '');
    await using server = await startServer({
      flags: ['--model_name=own', `--model_base_path=${base}`],
    });
    assert.match(server.output(), /assets\.extra\/saved_model_config\.pb has no effect/);
  });

  it('refuse a model of a platform that they have not', async () => {
    const platforms = await write('one.config', platform('mine', ''));
    await assert.rejects(
      startServer({
        flags: [
          `--platform_config_file=${platforms}`,
          ...['--model_name=m', `--model_base_path=${path.join(zoo, 'models/warmup')}`],
        ],
      }),
      /INVALID_ARGUMENT: Model m requests unsupported platform tensorflow/,
    );
  });
});
