import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { create, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { NodeDefSchema, SignatureDefMapSchema, TensorProtoSchema } from '../proto/index.ts';
import { Code, StatusError } from '../status/index.ts';
import { DType } from '../tensor/index.ts';
import { readSavedModel } from './read-saved-model.ts';
import { SavedModelError } from './saved-model-error.ts';
import { modelBytes, TestFolder } from './testing/saved-model-folder.ts';

const zoo = fileURLToPath(new URL('../../test/zoo/', import.meta.url));

interface Golden {
  readonly model: string;
  readonly platform: string;
  readonly base_path: string;
  readonly operations: Readonly<Record<string, readonly string[]>>;
  readonly expected_metadata?: Readonly<Record<string, GoldenMetadata>>;
}

interface GoldenMetadata {
  readonly metadata: { readonly signature_def: unknown };
}

const goldens = readdirSync(path.join(zoo, 'golden'))
  .map((file) => JSON.parse(readFileSync(path.join(zoo, 'golden', file), 'utf8')) as Golden)
  .filter(({ platform }) => platform === 'tensorflow');

/** The folder of a version, whose name may have leading zeros. */
function versionFolder(basePath: string, version: string): string {
  const base = path.join(zoo, basePath);
  const name = readdirSync(base).find((entry) => Number(entry) === Number(version));
  return path.join(base, name ?? version);
}

describe('the models of the zoo', () => {
  for (const golden of goldens) {
    for (const [version, operations] of Object.entries(golden.operations)) {
      test(`${golden.model} ${version}: the signatures and ops that TensorFlow sees`, async () => {
        const folder = versionFolder(golden.base_path, version);
        const model = await readSavedModel(folder, ['serve']);
        assert.deepEqual([...model.ops].sort(), [...operations].sort());
        const expected = golden.expected_metadata?.[version]?.metadata.signature_def;
        const message = fromBinary(SignatureDefMapSchema, model.signatureDefMap);
        const json = toJson(SignatureDefMapSchema, message, {
          alwaysEmitImplicit: true,
          useProtoFieldName: true,
        });
        assert.deepEqual(json, expected);
        assert.deepEqual(
          model.signatures.map(({ key }) => key),
          Object.keys(message.signatureDef).sort(),
        );
      });
    }
  }
});

describe('broken models of the zoo', () => {
  const broken = path.join(zoo, 'broken');
  const { models } = JSON.parse(
    readFileSync(path.join(broken, 'expectations.json'), 'utf8'),
  ) as Expectations;
  const faults = {
    truncated_graph: 'truncated',
    empty_graph: 'empty',
    wrong_tags: 'no-such-tags',
  } as const;

  for (const name of [
    'truncated_graph',
    'empty_graph',
    'no_graph',
    'wrong_tags',
    'empty_version',
  ]) {
    test(`${name}: what TensorFlow Serving says of it`, async () => {
      const folder = path.join(broken, name, '1');
      // Git keeps no empty folders, and a missing one is read like an empty one.
      if (name !== 'empty_version') assert.ok(existsSync(folder));
      const { status } = models[name]!.server_status.body.model_version_status[0]!;
      await assert.rejects(readSavedModel(folder, ['serve']), (error) => {
        assert.ok(error instanceof SavedModelError);
        assert.equal(error.code, Code[status.error_code]);
        assert.equal(error.message, status.error_message.replace('BASE', broken));
        if (name in faults) assert.equal(error.fault, faults[name as keyof typeof faults]);
        return true;
      });
    });
  }
});

interface Expectations {
  readonly models: Readonly<
    Record<
      string,
      {
        readonly server_status: {
          readonly body: {
            readonly model_version_status: readonly {
              readonly status: {
                readonly error_code: keyof typeof Code;
                readonly error_message: string;
              };
            }[];
          };
        };
      }
    >
  >;
}

describe('tag sets', () => {
  const folder = path.join(zoo, 'models/several_tags/1');

  test('are compared as sets, exactly', async () => {
    const { tags, signatures } = await readSavedModel(folder, ['gpu', 'serve', 'gpu']);
    assert.deepEqual(tags, ['serve', 'gpu']);
    assert.equal(signatures[0]?.outputs[0]?.name, 'mul_3:0');
    assert.equal(
      (await readSavedModel(folder, ['serve'])).signatures[0]?.outputs[0]?.name,
      'mul_4:0',
    );
  });

  test('that are not there name those that are, for the log', async () => {
    await assert.rejects(readSavedModel(folder, ['serve', 'tpu']), (error) => {
      assert.ok(error instanceof SavedModelError);
      assert.equal(error.fault, 'no-such-tags');
      assert.match(error.message, /supplied tags: \{ serve tpu \}\. To inspect/);
      assert.match(
        (error.cause as Error).message,
        /the SavedModel has: \{ train \}, \{ serve gpu \}, \{ serve \}/,
      );
      return true;
    });
  });
});

describe('signatures', () => {
  const model = (producer: number) =>
    ({
      metaGraphs: [
        {
          metaInfoDef: { tags: ['serve'], tensorflowVersion: '1.2.3' },
          graphDef: {
            versions: { producer },
            node: [
              {
                name: 'x',
                op: 'Placeholder',
                attr: {
                  shape: {
                    value: { case: 'shape', value: { dim: [{ size: -1n }, { size: 3n }] } },
                  },
                },
              },
              {
                name: 'scalar',
                op: 'Placeholder',
                attr: { shape: { value: { case: 'shape', value: {} } } },
              },
              {
                name: 'free',
                op: 'Placeholder',
                attr: { shape: { value: { case: 'shape', value: { unknownRank: true } } } },
              },
              { name: 'upstream', op: 'DecodeRaw' },
              { name: 'middle', op: 'Cast', input: ['upstream'] },
              { name: 'sum', op: 'AddN', input: ['x', 'middle:0', 'scalar', '^later', 'gone'] },
              { name: 'later', op: 'Assert' },
              { name: 'unused', op: 'Unused' },
            ],
          },
          signatureDef: {
            serving_default: {
              methodName: 'tensorflow/serving/predict',
              inputs: {
                z: { encoding: { case: 'name', value: 'x' }, dtype: DType.FLOAT, tensorShape: {} },
                a: {
                  encoding: { case: 'name', value: 'middle:0' },
                  dtype: 100 + DType.INT32,
                  tensorShape: { dim: [{ size: -1n }] },
                },
                m: { encoding: { case: 'name', value: 'scalar:0' }, dtype: DType.FLOAT },
                f: { encoding: { case: 'name', value: 'free:0' }, dtype: DType.STRING },
                s: { encoding: { case: 'cooSparse', value: { valuesTensorName: 'x:0' } } },
              },
              outputs: { y: { encoding: { case: 'name', value: 'sum' }, dtype: 101 } },
              defaults: { z: { dtype: DType.FLOAT, floatVal: [2.5] } },
            },
          },
          assetFileDef: [{ filename: 'words.txt' }],
        },
      ],
    }) as const;

  const read = async (producer = 27) => {
    await using folder = await TestFolder.make();
    await folder.writeModel(model(producer) as never);
    return await readSavedModel(folder.path, ['serve']);
  };

  test('are sorted by alias, with whole tensor names and base dtypes', async () => {
    const { signatures, tensorflowVersion, assets } = await read();
    const [signature] = signatures;
    assert.deepEqual(
      signature?.inputs.map(({ alias, name, dtype, shape }) => [alias, name, dtype, shape]),
      [
        ['a', 'middle:0', DType.INT32, [-1]],
        ['f', 'free:0', DType.STRING, null],
        ['m', 'scalar:0', DType.FLOAT, null],
        ['s', '', DType.INVALID, null],
        ['z', 'x:0', DType.FLOAT, []],
      ],
    );
    assert.deepEqual(signature?.outputs[0], {
      alias: 'y',
      name: 'sum:0',
      dtype: DType.FLOAT,
      shape: null,
      graphShape: null,
    });
    assert.equal(signature?.methodName, 'tensorflow/serving/predict');
    assert.equal(tensorflowVersion, '1.2.3');
    assert.deepEqual(assets, ['words.txt']);
  });

  test('know the shapes of placeholders that are fed, and of nothing else', async () => {
    const shapes = async (producer: number) =>
      (await read(producer)).signatures[0]?.inputs.map(({ alias, graphShape }) => [
        alias,
        graphShape,
      ]);
    assert.deepEqual(await shapes(22), [
      ['a', null],
      ['f', null],
      ['m', []],
      ['s', null],
      ['z', [-1, 3]],
    ]);
    assert.deepEqual((await shapes(21))?.[2], ['m', null], 'a scalar of old rules is any shape');
  });

  test('reach what a run reaches: not past what is fed, but through control inputs', async () => {
    const { signatures, ops } = await read();
    assert.deepEqual([...signatures[0]!.ops].sort(), ['AddN', 'Assert']);
    assert.deepEqual([...ops].sort(), [
      'AddN',
      'Assert',
      'Cast',
      'DecodeRaw',
      'Placeholder',
      'Unused',
    ]);
  });

  test('keep default values as serialized tensors', async () => {
    const { signatures } = await read();
    const bytes = signatures[0]?.defaults.get('z');
    assert.deepEqual(fromBinary(TensorProtoSchema, bytes!).floatVal, [2.5]);
    assert.deepEqual([...signatures[0]!.defaults.keys()], ['z']);
  });
});

test('ops are found in functions, however they are called', async () => {
  const func = (name: string, attr = {}) => ({ value: { case: 'func', value: { name, attr } } });
  await using folder = await TestFolder.make();
  await folder.writeModel({
    metaGraphs: [
      {
        metaInfoDef: { tags: ['serve'] },
        graphDef: {
          node: [
            { name: 'call', op: 'PartitionedCall', attr: { f: func('outer') } },
            { name: 'legacy', op: 'by_op_name', input: ['call'] },
            {
              name: 'case',
              op: 'Case',
              input: ['legacy'],
              attr: {
                branches: {
                  value: { case: 'list', value: { func: [{ name: 'first' }, { name: 'second' }] } },
                },
              },
            },
          ],
          library: {
            function: [
              {
                signature: { name: 'outer' },
                nodeDef: [
                  { name: 'w', op: 'While', attr: { body: func('body', { g: func('nested') }) } },
                ],
              },
              {
                signature: { name: 'body' },
                nodeDef: [
                  { name: 'n', op: 'NextIteration' },
                  { name: 'again', op: 'StatefulPartitionedCall', attr: { f: func('outer') } },
                ],
              },
              { signature: { name: 'nested' }, nodeDef: [{ name: 'n', op: 'Nested' }] },
              { signature: { name: 'by_op_name' }, nodeDef: [{ name: 'n', op: 'Legacy' }] },
              { signature: { name: 'first' }, nodeDef: [{ name: 'n', op: 'First' }] },
              { signature: { name: 'second' }, nodeDef: [{ name: 'n', op: 'Second' }] },
              { signature: { name: 'other' }, nodeDef: [{ name: 'n', op: 'NotReached' }] },
            ],
          },
        },
        signatureDef: {
          serving_default: { outputs: { y: { encoding: { case: 'name', value: 'case:0' } } } },
        },
      },
    ],
  } as never);
  const { signatures, ops } = await readSavedModel(folder.path, ['serve']);
  const reached = [
    'Case',
    'First',
    'Legacy',
    'Nested',
    'NextIteration',
    'PartitionedCall',
    'Second',
    'StatefulPartitionedCall',
    'While',
  ];
  assert.deepEqual([...signatures[0]!.ops].sort(), reached);
  assert.ok(ops.has('NotReached'));
});

test('the older collection lists assets where MetaGraphDef does not', async () => {
  await using folder = await TestFolder.make();
  const value = Buffer.concat([Buffer.from([0x12, 9]), Buffer.from('vocab.txt')]);
  await folder.writeModel({
    metaGraphs: [
      {
        metaInfoDef: { tags: ['serve'] },
        collectionDef: {
          variables: { kind: { case: 'bytesList', value: { value: [new Uint8Array(4)] } } },
          saved_model_assets: {
            kind: { case: 'anyList', value: { value: [{ typeUrl: 't', value }] } },
          },
        },
      },
    ],
  } as never);
  assert.deepEqual((await readSavedModel(folder.path, ['serve'])).assets, ['vocab.txt']);
});

test('constants of any size are skipped, not read', async () => {
  const gibibyte = 2 ** 30;
  const end = modelBytes({
    metaGraphs: [
      {
        metaInfoDef: { tags: ['serve'] },
        graphDef: { node: [{ name: 'y', op: 'Identity', input: ['huge'] }] },
        signatureDef: {
          serving_default: { outputs: { y: { encoding: { case: 'name', value: 'y' } } } },
        },
      },
    ],
  } as never);
  // NodeDef { name: "huge" op: "Const" attr { key: "value" value { tensor { tensor_content } } } }
  const node = toBinary(NodeDefSchema, create(NodeDefSchema, { name: 'huge', op: 'Const' }));
  const nested = (tag: number, length: number, before: Uint8Array) =>
    Buffer.concat([before, Buffer.from([(tag << 3) | 2]), varint(length)]);
  const content = nested(4, gibibyte, Buffer.alloc(0));
  const tensor = nested(8, content.length + gibibyte, Buffer.alloc(0));
  const key = Buffer.concat([Buffer.from([0x0a, 5]), Buffer.from('value')]);
  const value = nested(2, tensor.length + content.length + gibibyte, key);
  const valueLength = value.length + tensor.length + content.length + gibibyte;
  const attr = nested(5, valueLength, node);
  const graphNode = nested(1, attr.length + valueLength, Buffer.alloc(0));
  const graphLength = graphNode.length + attr.length + valueLength;
  const metaGraph = nested(2, graphLength, Buffer.alloc(0));
  const model = nested(2, metaGraph.length + graphLength, Buffer.alloc(0));
  const head = Buffer.concat([model, metaGraph, graphNode, attr, value, tensor, content]);

  await using folder = await TestFolder.make();
  // The content is a hole in the file: it takes no space. A MetaGraphDef of its own holds it, and
  // is looked through since the one with the right tags comes last.
  const file = await open(path.join(folder.path, 'saved_model.pb'), 'w');
  await file.write(head, 0, head.length, 0);
  await file.write(end, 0, end.length, head.length + gibibyte);
  await file.close();
  const before = process.memoryUsage().arrayBuffers;
  const untagged = await readSavedModel(folder.path, []);
  const read = await readSavedModel(folder.path, ['serve']);
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.deepEqual([...untagged.ops], ['Const']);
  assert.deepEqual([...read.signatures[0]!.ops], ['Identity']);
  assert.ok(grown < 32 * 2 ** 20, `${grown} bytes were taken`);
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}

describe('files that are no SavedModel', () => {
  const fails = async (files: Readonly<Record<string, string | Uint8Array>>) => {
    await using folder = await TestFolder.make();
    for (const [name, content] of Object.entries(files)) await folder.write(name, content);
    const [result] = await Promise.allSettled([readSavedModel(folder.path, ['serve'])]);
    const error = result.status === 'rejected' ? (result.reason as unknown) : null;
    assert.ok(error instanceof SavedModelError, `${error}`);
    return { error, message: error.message.replaceAll(folder.path, 'FOLDER') };
  };

  test('whole and wrong', async () => {
    for (const content of ['not a model', '\x12\x03\x0a\x7f\x00\x08', '\x00\x00']) {
      const { error, message } = await fails({ 'saved_model.pb': content });
      assert.equal(error.fault, 'unparsable', JSON.stringify(content));
      assert.equal(error.code, Code.DATA_LOSS);
      assert.equal(message, "Can't parse FOLDER/saved_model.pb as binary proto");
    }
  });

  test('cut off anywhere', async () => {
    const whole = modelBytes({
      savedModelSchemaVersion: 1n,
      metaGraphs: [
        { metaInfoDef: { tags: ['serve'] }, graphDef: { node: [{ name: 'x', op: 'NoOp' }] } },
      ],
    } as never);
    // The first two bytes are a field of their own, and a message may end after it.
    for (let length = 3; length < whole.length; length++) {
      const { error } = await fails({ 'saved_model.pb': whole.subarray(0, length) });
      assert.equal(error.fault, 'truncated', `${length} bytes`);
      assert.equal(error.code, Code.OUT_OF_RANGE);
    }
  });

  test('text with a mistake in it', async () => {
    const { error, message } = await fails({
      'saved_model.pbtxt': 'meta_graphs {\n  no_field: 1\n}',
    });
    assert.equal(error.fault, 'unparsable');
    assert.equal(message, "Can't parse FOLDER/saved_model.pbtxt as text proto");
    assert.match((error.cause as Error).message, /2:3/);
  });

  test('formats that are not read', async () => {
    const chunked = await fails({ 'saved_model.cpb': '' });
    assert.equal(chunked.error.fault, 'unsupported');
    assert.match(
      chunked.message,
      /Chunked SavedModels are not supported.*FOLDER\/saved_model\.cpb/,
    );
    const bundle = await fails({ 'export.meta': '' });
    assert.equal(bundle.error.code, Code.UNIMPLEMENTED);
    assert.equal(bundle.message, 'Session Bundle is deprecated and removed.');
  });

  test('a graph file that cannot be read', async () => {
    await using folder = await TestFolder.make();
    await mkdir(path.join(folder.path, 'saved_model.pb'));
    await assert.rejects(
      readSavedModel(folder.path, ['serve']),
      (error) => error instanceof StatusError && /saved_model\.pb/.test(error.message),
    );
  });
});

test('a text SavedModel is read like a binary one', async () => {
  await using folder = await TestFolder.make();
  await folder.write(
    'saved_model.pbtxt',
    `meta_graphs {
      meta_info_def { tags: "serve" tags: "x" }
      graph_def { node { name: "y" op: "NoOp" } versions { producer: 5 } }
      signature_def { key: "k" value { outputs { key: "y" value { name: "y:0" dtype: DT_HALF } } } }
    }`,
  );
  const { signatures } = await readSavedModel(folder.path, ['x', 'serve']);
  assert.deepEqual(
    signatures.map(({ key, outputs }) => [key, outputs[0]?.dtype]),
    [['k', DType.HALF]],
  );
});
