import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkComplete } from './check-complete.ts';
import { readAllMetaGraphs } from './read-saved-model.ts';
import { modelBytes, TestFolder } from './testing/saved-model-folder.ts';
import { sortedTable } from './testing/sorted-table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const zoo = path.join(root, 'test/zoo');
const rounds = process.env.SERVAL_EXHAUSTIVE === undefined ? 5 : 200;

/** The version directories under a folder of models that hold a SavedModel. */
function savedModels(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /^saved_model\.pb(txt)?$/.test(path.basename(file)))
    .map((file) => path.join(folder, path.dirname(file)));
}

async function reasonOf(directory: string, tags: readonly string[] = ['serve']): Promise<string> {
  const verdict = await checkComplete(directory, tags);
  assert.ok(!verdict.complete, `${directory} is taken for complete`);
  return verdict.reason;
}

async function assertComplete(directory: string, tags: readonly string[] = ['serve']) {
  assert.deepEqual(await checkComplete(directory, tags), { complete: true }, directory);
}

describe('whole models', () => {
  for (const folder of ['test/zoo/models', 'test/zoo/tfserving', 'examples/models']) {
    test(`of ${folder}`, async () => {
      const directories = savedModels(folder);
      assert.ok(directories.length >= 4);
      for (const directory of directories) {
        const { metaGraphs } = await readAllMetaGraphs(path.join(root, directory));
        for (const { tags } of metaGraphs) await assertComplete(path.join(root, directory), tags);
      }
    });
  }
});

describe('broken models', () => {
  const incomplete: Readonly<Record<string, string>> = {
    truncated_graph: 'saved_model.pb ends in the middle of a message',
    empty_graph: 'the graph file holds no meta graph',
    no_graph: 'saved_model.pb is not there',
    missing_data: 'variables/variables.data-00000-of-00001 is not there',
    missing_index: 'variables/variables.index is not there',
    missing_variables: 'variables/variables.index is not there',
    truncated_data: 'variables/variables.data-00000-of-00001 has 8266 of 16533 bytes',
    corrupt_index:
      'variables/variables.index is not whole: the checksum of the block at 0 does not match',
  };
  for (const [name, reason] of Object.entries(incomplete)) {
    test(`${name} is incomplete`, async () => {
      assert.equal(await reasonOf(path.join(zoo, 'broken', name, '1')), reason);
    });
  }

  for (const name of [
    'corrupt_data',
    'wrong_tags',
    'unknown_op',
    'unknown_op_in_graph',
    'no_signatures',
    'warmup_bad_proto',
    'warmup_not_records',
    'warmup_session_run',
    'warmup_wrong_shape',
  ]) {
    test(`${name} is whole, and loading tells what is wrong`, async () => {
      await assertComplete(path.join(zoo, 'broken', name, '1'));
    });
  }
});

describe('a copy under way', () => {
  const isNeeded = (file: string) =>
    !/^(fingerprint\.pb|keras_metadata\.pb|assets\.extra\/)/.test(file);

  for (const model of [
    'models/sharded_variables/1',
    'models/tf1_partitioned/1',
    'models/tf1_frozen_text/1',
    'models/text_classifier/1',
    'models/wide_deep/1',
    'models/control_flow_v1/1',
    'models/warmup/1',
    'models/keras2_model/1',
    'tfserving/saved_model_half_plus_two_mlmd/00000123',
  ]) {
    test(`of ${model}: whatever lacks is noticed`, async () => {
      await using folder = await TestFolder.copyOf(path.join(zoo, model));
      const files = readdirSync(folder.path, { recursive: true, encoding: 'utf8' });
      for (const name of files) {
        const file = path.join(folder.path, name);
        if (!(await stat(file)).isFile() || !isNeeded(name)) continue;
        const whole = await readFile(file);
        await rm(file);
        assert.match(await reasonOf(folder.path), / is not there$/, name);
        if (!name.startsWith('assets/')) {
          // White space at the end of a text file says nothing.
          const full = name.endsWith('.pbtxt') ? whole.toString().trimEnd().length : whole.length;
          const cuts = [0, 1, full >> 1, full - 1];
          for (let i = 0; i < rounds; i++) cuts.push(Math.floor(Math.random() * full));
          for (const cut of cuts) {
            await writeFile(file, whole.subarray(0, cut));
            const reason = await reasonOf(folder.path);
            assert.ok(reason.length > 10, `${name} cut to ${cut} bytes: ${reason}`);
          }
        }
        await writeFile(file, whole);
        await assertComplete(folder.path);
      }
    });
  }

  test('without the folders that come last', async () => {
    for (const name of ['assets', 'variables']) {
      await using folder = await TestFolder.copyOf(path.join(zoo, 'models/wide_deep/1'));
      await rm(path.join(folder.path, name), { recursive: true });
      assert.match(await reasonOf(folder.path), new RegExp(`^${name}/.* is not there$`));
      await folder.write(name, 'a file');
      assert.match(await reasonOf(folder.path), new RegExp(`^${name}/.* is not there$`));
    }
  });

  test('a link to a file that is still to come', async () => {
    await using folder = await TestFolder.copyOf(path.join(zoo, 'models/wide_deep/1'));
    const data = 'variables/variables.data-00000-of-00001';
    await rm(path.join(folder.path, data));
    await symlink('blob', path.join(folder.path, data));
    assert.equal(await reasonOf(folder.path), `${data} is not there`);
  });

  test('that ends between two meta graphs cannot be told', async () => {
    const graphs = ['serve', 'train'].map((tag) => ({ metaInfoDef: { tags: [tag] } }));
    await using folder = await TestFolder.make();
    await folder.writeModel({ metaGraphs: graphs } as never);
    const first = modelBytes({ metaGraphs: graphs.slice(0, 1) } as never).length;
    await truncate(path.join(folder.path, 'saved_model.pb'), first + 1);
    await reasonOf(folder.path);
    await truncate(path.join(folder.path, 'saved_model.pb'), first);
    await assertComplete(folder.path, ['serve']);
    await assertComplete(folder.path, ['train']);
  });
});

describe('what is wrong and stays so is left to the loader', () => {
  test('formats that are not read', async () => {
    for (const name of ['saved_model.cpb', 'export.meta']) {
      await using folder = await TestFolder.make();
      await folder.write(name, '');
      await assertComplete(folder.path);
    }
  });

  test('a file for a folder', async () => {
    await using folder = await TestFolder.make();
    await folder.write('1', '');
    await assertComplete(path.join(folder.path, '1'));
    await assertComplete(path.join(folder.path, '1/1'));
  });

  test('files that are folders', async () => {
    await using folder = await TestFolder.copyOf(path.join(zoo, 'models/wide_deep/1'));
    const index = path.join(folder.path, 'variables/variables.index');
    await rm(index);
    await mkdir(index);
    await assertComplete(folder.path);
    await rm(path.join(folder.path, 'saved_model.pb'));
    await mkdir(path.join(folder.path, 'saved_model.pb'));
    await assertComplete(folder.path);
  });

  test('an index that does not tell, and asset names that cannot be', async () => {
    await using folder = await TestFolder.copyOf(path.join(zoo, 'models/tf1_partitioned/1'));
    const index = path.join(folder.path, 'variables/variables.index');
    await writeFile(
      index,
      sortedTable([['', Buffer.alloc(1)]], { blockEntries: 1, compression: 2 }),
    );
    await rm(path.join(folder.path, 'variables/variables.data-00000-of-00001'));
    await assertComplete(folder.path);

    await using other = await TestFolder.make();
    await other.writeModel({
      metaGraphs: [
        {
          metaInfoDef: { tags: ['serve'] },
          graphDef: { node: [{ name: 'x', op: 'ReadFile' }] },
          assetFileDef: [{ filename: 'a\0b' }, { filename: 'a' }],
        },
      ],
    } as never);
    assert.equal(await reasonOf(other.path), 'assets/a is not there');
    await mkdir(path.join(other.path, 'assets'));
    await other.write('assets/a', '');
    await assertComplete(other.path);
  });
});

test('a folder that is gone is incomplete', async () => {
  await using folder = await TestFolder.make();
  const gone = path.join(folder.path, '1');
  assert.equal(await reasonOf(gone), `${gone}; No such file or directory`);
});

test('variables are needed where restoring reaches a checkpoint', async () => {
  const func = (name: string) => ({ value: { case: 'func', value: { name } } });
  const cases: readonly [boolean, unknown][] = [
    [false, { graphDef: { node: [{ name: 'r', op: 'RestoreV2' }] } }],
    [false, { graphDef: { node: [{ name: 'r', op: 'NoOp' }] }, saverDef: { restoreOpName: 'r' } }],
    [false, { saverDef: { restoreOpName: 'gone' } }],
    [
      true,
      {
        graphDef: {
          node: [
            { name: 'r', op: 'NoOp', input: ['^assign'] },
            { name: 'assign', op: 'AssignVariableOp', input: ['v', 'slice:1'] },
            { name: 'slice', op: 'RestoreSlice' },
          ],
        },
        saverDef: { restoreOpName: 'r' },
      },
    ],
    [
      true,
      {
        graphDef: {
          node: [{ name: 'r', op: 'StatefulPartitionedCall', attr: { f: func('outer') } }],
          library: {
            function: [
              {
                signature: { name: 'outer' },
                nodeDef: [{ name: 'c', op: 'PartitionedCall', attr: { f: func('inner') } }],
              },
              { signature: { name: 'inner' }, nodeDef: [{ name: 'r', op: 'RestoreV2' }] },
            ],
          },
        },
        saverDef: { restoreOpName: 'r' },
      },
    ],
  ];
  for (const [needed, metaGraph] of cases) {
    await using folder = await TestFolder.make();
    await folder.writeModel({
      metaGraphs: [{ metaInfoDef: { tags: ['serve'] }, ...(metaGraph as object) }],
    } as never);
    if (needed) {
      assert.equal(await reasonOf(folder.path), 'variables/variables.index is not there');
    } else {
      await assertComplete(folder.path);
    }
  }
});
