import assert from 'node:assert/strict';
import { readFile, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { create, toBinary } from '@bufbuild/protobuf';
import { BundleEntryProtoSchema, BundleHeaderProtoSchema } from '../proto/index.ts';
import { CorruptTableError } from './sorted-table.ts';
import { TestFolder } from './testing/saved-model-folder.ts';
import { blockOf, sealedBlock, sortedTable, tableOf } from './testing/sorted-table.ts';
import { readVariablesIndex } from './variables-index.ts';

const zoo = fileURLToPath(new URL('../../test/zoo/', import.meta.url));
const models = path.join(zoo, 'models');
const variablesOf = (model: string) => path.join(models, model, '1/variables');

function header(numShards: number): [string, Uint8Array] {
  return ['', toBinary(BundleHeaderProtoSchema, create(BundleHeaderProtoSchema, { numShards }))];
}

function entry(
  key: string,
  fields: MessageInitShape<typeof BundleEntryProtoSchema>,
): [string, Uint8Array] {
  return [key, toBinary(BundleEntryProtoSchema, create(BundleEntryProtoSchema, fields))];
}

async function read(index: Uint8Array) {
  await using folder = await TestFolder.make();
  await folder.write('index', index);
  return await readVariablesIndex(path.join(folder.path, 'index'));
}

describe('an index of TensorFlow', () => {
  for (const model of [
    'bert_mini',
    'control_flow_v1',
    'resnet_mini',
    'sharded_variables',
    'tf1_partitioned',
  ]) {
    test(`${model}: each data file is as long as it is said to be`, async () => {
      const folder = variablesOf(model);
      const needed = await readVariablesIndex(path.join(folder, 'variables.index'));
      assert.ok(needed !== null && needed.size === (model === 'sharded_variables' ? 4 : 1));
      for (const [name, size] of needed) {
        assert.equal((await stat(path.join(folder, name))).size, size, name);
      }
    });
  }

  test('compressed, it is read like any other', async () => {
    const folder = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu/00000123/variables');
    const index = path.join(folder, 'variables.index');
    assert.ok((await readFile(index)).subarray(0, 3).equals(Buffer.from([0x64, 0x6c, 0])));
    assert.deepEqual(
      await readVariablesIndex(index),
      new Map([['variables.data-00000-of-00001', 20]]),
    );
  });

  test('cut off anywhere, it is not whole', async () => {
    const index = await readFile(path.join(variablesOf('tf1_partitioned'), 'variables.index'));
    for (let length = 0; length < index.length; length++) {
      await assert.rejects(read(index.subarray(0, length)), CorruptTableError, `${length} bytes`);
    }
  });

  test('with any bit turned, it is not whole, or says the same', async () => {
    const index = await readFile(path.join(variablesOf('tf1_partitioned'), 'variables.index'));
    const right = await read(index);
    let refused = 0;
    for (let bit = 0; bit < index.length * 8; bit++) {
      const wrong = Buffer.from(index);
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      const [result] = await Promise.allSettled([read(wrong)]);
      if (result.status === 'fulfilled') assert.deepEqual(result.value, right, `bit ${bit}`);
      else {
        assert.ok(result.reason instanceof CorruptTableError, `bit ${bit}: ${result.reason}`);
        refused++;
      }
    }
    // The metaindex block and the zeros of the footer are not looked at.
    assert.ok(refused > 0.85 * index.length * 8, `${refused}`);
  });
});

describe('an index of any kind', () => {
  test('many entries in many blocks', async () => {
    const count = 20_000;
    const entries = Array.from({ length: count }, (_, i) =>
      entry(`layer/${String(i).padStart(8, '0')}/w`, {
        shardId: i % 3,
        offset: BigInt(i) * 1_000_000n,
        size: 10n,
      }),
    );
    const index = sortedTable([header(3), ...entries], { blockEntries: 300, compression: 0 });
    assert.deepEqual(
      await read(index),
      new Map([
        ['variables.data-00000-of-00003', 19_998_000_010],
        ['variables.data-00001-of-00003', 19_999_000_010],
        ['variables.data-00002-of-00003', 19_997_000_010],
      ]),
    );
  });

  test('only data files with tensors are needed, if only with empty ones', async () => {
    const index = sortedTable([
      header(12),
      entry('empty', { shardId: 11 }),
      entry('parts', { shardId: 4, slices: [{ extent: [{ start: 0n }] }] }),
    ]);
    assert.deepEqual(await read(index), new Map([['variables.data-00011-of-00012', 0]]));
    assert.deepEqual(await read(sortedTable([header(1)])), new Map());
  });

  test('an entry that cannot be parsed is passed over', async () => {
    const index = sortedTable([
      header(1),
      ['bad', Buffer.from([0x0f])],
      entry('good', { offset: 5n, size: 6n }),
    ]);
    assert.deepEqual(await read(index), new Map([['variables.data-00000-of-00001', 11]]));
  });

  test('blocks that are compressed in an unknown way do not tell, but must be whole', async () => {
    const index = sortedTable([header(1), entry('w', { size: 6n })], {
      blockEntries: 1,
      compression: 2,
    });
    assert.equal(await read(index), null);
    index[2]! ^= 1;
    await assert.rejects(read(index), /the checksum of the block at 0 does not match/);
  });

  test('too long to be read', async () => {
    await using folder = await TestFolder.make();
    const file = path.join(folder.path, 'index');
    await folder.write('index', '');
    await truncate(file, 256 * 1024 * 1024 + 1);
    assert.equal(await readVariablesIndex(file), null);
  });

  test('tables that are none', async () => {
    const block = sealedBlock(blockOf([header(1)]));
    const place = Buffer.from([0, block.length - 5]);
    const cases: readonly [RegExp, Buffer][] = [
      [/too short/, Buffer.alloc(47)],
      [/does not end like a table/, Buffer.alloc(48)],
      [/has no header/, sortedTable([entry('w', { size: 6n })])],
      [/has no header/, sortedTable([])],
      [/a block passes its end/, tableOf(blockOf([['x', Buffer.from([0, 0x7f])]]))],
      [/a block is too short/, tableOf(Buffer.alloc(3))],
      [/a block is too short/, tableOf(Buffer.from([2, 0, 0, 0]))],
      [/an entry passes its block/, tableOf(Buffer.from([0, 0, 1, 0, 0, 0, 0]))],
      [/an entry passes its block/, tableOf(Buffer.from([1, 0, 0, 0, 0, 0, 0]))],
      [/a number is cut off/, tableOf(blockOf([['x', Buffer.from([0, 0x80])]]))],
      [/a number is cut off or too long/, tableOf(blockOf([['x', Buffer.alloc(12, 0xff)]]))],
      [/its blocks overlap/, tableOf(blockOf(['x', 'y'].map((key) => [key, place])), block)],
      [/its header cannot be parsed/, sortedTable([['', Buffer.from([0x0f])]])],
    ];
    for (const [message, index] of cases) {
      await assert.rejects(
        read(index),
        (error) => error instanceof CorruptTableError && message.test(error.message),
        `${message}`,
      );
    }
  });

  test('a missing file is told of as it is', async () => {
    await assert.rejects(
      readVariablesIndex(path.join(models, 'gone')),
      (error) => (error as NodeJS.ErrnoException).code === 'ENOENT',
    );
  });
});
