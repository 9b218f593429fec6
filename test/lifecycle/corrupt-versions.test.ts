import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { randomFrom } from '../../src/util/testing/random.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, startServer, zoo } from '../support/server.ts';
import { VersionsFolder, versionsUntil } from '../support/versions-folder.ts';

const good = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu/00000123');
const sharded = path.join(zoo, 'models/sharded_variables/1');
const withAsset = path.join(zoo, 'models/wide_deep/1');
const random = randomFrom(4);
const noise = (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256));

/** What is done to a copy of a good version, by name, and what END must say of it. */
const damages: Readonly<
  Record<string, { source: string; damage(folder: string): Promise<unknown>; reason: RegExp }>
> = {
  graph_is_noise: {
    source: good,
    damage: (folder) => writeFile(path.join(folder, 'saved_model.pb'), noise(5000)),
    reason: /./,
  },
  graph_is_empty: {
    source: good,
    damage: (folder) => truncate(path.join(folder, 'saved_model.pb'), 0),
    reason: /Could not find meta graph def matching supplied tags/,
  },
  graph_is_cut: {
    source: withAsset,
    damage: (folder) => truncate(path.join(folder, 'saved_model.pb'), 10_000),
    reason: /Read less bytes than requested/,
  },
  graph_is_a_folder: {
    source: good,
    damage: async (folder) => {
      await rm(path.join(folder, 'saved_model.pb'));
      await mkdir(path.join(folder, 'saved_model.pb'));
    },
    reason: /./,
  },
  graph_of_another_model: {
    source: sharded,
    damage: async (folder) =>
      cp(path.join(withAsset, 'saved_model.pb'), path.join(folder, 'saved_model.pb')),
    reason: /./,
  },
  index_is_noise: {
    source: sharded,
    damage: (folder) => writeFile(path.join(folder, 'variables/variables.index'), noise(300)),
    reason: /bad magic number/,
  },
  shard_is_missing: {
    source: sharded,
    damage: async (folder) => {
      const index = await readFile(path.join(folder, 'variables/variables.index'));
      await rm(path.join(folder, 'variables'), { recursive: true });
      await mkdir(path.join(folder, 'variables'));
      await writeFile(path.join(folder, 'variables/variables.index'), index);
    },
    reason: /No such file or directory/,
  },
  asset_is_missing: {
    source: withAsset,
    damage: (folder) => rm(path.join(folder, 'assets'), { recursive: true }),
    reason: /./,
  },
  text_graph_is_cut: {
    source: path.join(zoo, 'models/tf1_frozen_text/1'),
    damage: (folder) => truncate(path.join(folder, 'saved_model.pbtxt'), 700),
    reason: /saved_model\.pbtxt/,
  },
  only_a_file: {
    source: good,
    damage: async (folder) => {
      await rm(folder, { recursive: true });
      await writeFile(folder, 'no folder');
    },
    reason: /Not a directory/,
  },
};

test('each corrupt version ends with a reason in status and log, and everything else goes on', async (t) => {
  await using folder = await VersionsFolder.create();
  const names = Object.keys(damages);
  await folder.put('good', 1, good);
  for (const name of names) await mkdir(folder.base(name), { recursive: true });
  await using server = await startServer({
    flags: [
      await modelConfig(['good', ...names].map((name) => ({ name, base: folder.base(name) }))),
      ...[
        '--start_policy=any',
        '--max_num_load_retries=0',
        '--settle_seconds=1',
        '--num_load_threads=2',
      ],
    ],
  });
  const rest = new RestClient(server.rest);
  t.after(() => rest.close());
  for (const [name, { source, damage }] of Object.entries(damages)) {
    const version = path.join(folder.base(name), '1');
    await cp(source, version, { recursive: true });
    await damage(version);
  }
  for (const [name, { reason }] of Object.entries(damages)) {
    await t.test(name, async () => {
      const [version] = await versionsUntil(rest, name, ([first]) => first?.state === 'END');
      const { error_code: code, error_message: message } = version!.status;
      assert.notEqual(code, 'OK');
      assert.match(message, reason);
      await server.logged(
        new RegExp(`Loading servable \\{name: ${name} version: 1\\} failed: ${code}`),
      );
      const answer = await rest.post('/v1/models/good:predict', { instances: [2] });
      assert.deepEqual(answer.json(), { predictions: [3] });
    });
  }
  await t.test('a good version in the place of each is served', async () => {
    for (const name of names) {
      const version = path.join(folder.base(name), '1');
      await rm(version, { recursive: true });
      await cp(good, version, { recursive: true });
    }
    for (const name of names) {
      await versionsUntil(rest, name, ([first]) => first?.state === 'AVAILABLE');
      const answer = await rest.post(`/v1/models/${name}:predict`, { instances: [4] });
      assert.deepEqual(answer.json(), { predictions: [4] });
    }
  });
});
