import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import {
  AttrValueSchema,
  BatchingParametersSchema,
  ConfigProtoSchema,
  DataType,
  type ModelConfigSchema,
  ModelServerConfigSchema,
  PlatformConfigSchema,
  registry,
  SavedModelBundleSourceAdapterConfigSchema,
} from '../../proto/index.ts';
import { parseProblem, whatIsWrong } from '../testing/parse-problem.ts';
import { parseTextProto } from './index.ts';

/** The message that lists one model. */
const oneModel = (model: MessageInitShape<typeof ModelConfigSchema>) =>
  create(ModelServerConfigSchema, {
    config: { case: 'modelConfigList', value: { config: [model] } },
  });

const parse = (text: string) => parseTextProto(ModelServerConfigSchema, text);
const parseModel = (fields: string) => parse(`model_config_list { config { ${fields} } }`);
const problem = (text: string) => whatIsWrong(ModelServerConfigSchema, text);
const modelProblem = (fields: string) => problem(`model_config_list { config { ${fields} } }`);

describe('messages', () => {
  it('stand in braces or angle brackets, with or without a colon', () => {
    for (const text of [
      'model_config_list { config { name: "m" } }',
      'model_config_list: { config: { name: "m" } }',
      'model_config_list < config: < name: "m" > >',
      'model_config_list{config<name:"m">}',
    ]) {
      assert.deepEqual(parse(text), oneModel({ name: 'm' }));
    }
  });

  it('end as they began', () => {
    assert.equal(problem('model_config_list { >'), 'Expected "}", found ">".');
    assert.equal(problem('model_config_list < }'), 'Expected ">", found "}".');
    assert.equal(problem('model_config_list { } }'), 'Expected identifier, got: }');
    assert.equal(problem('model_config_list'), 'Expected "{", found "end of file".');
    assert.equal(problem('model_config_list: "m"'), 'Expected "{", found ""m"".');
  });

  it('may be empty', () => {
    assert.deepEqual(parse(' # nothing'), create(ModelServerConfigSchema));
    assert.deepEqual(
      parse('model_config_list {}'),
      create(ModelServerConfigSchema, { config: { case: 'modelConfigList', value: {} } }),
    );
  });

  it('nest a hundred deep and no deeper', () => {
    // Two levels each: `list` and `func`; the third is the map entry of `attr`, the fourth its value.
    const nested = (times: number) =>
      `${'list { func { attr { value { '.repeat(times)}${'} } } }'.repeat(times)}`;
    parseTextProto(AttrValueSchema, nested(25));
    for (const times of [26, 100_000]) {
      assert.equal(
        parseProblem(AttrValueSchema, nested(times)),
        '1:731: Message is too deep, the parser exceeded the configured recursion limit of 100.',
      );
    }
  });
});

describe('fields', () => {
  it('may be separated by one comma or semicolon', () => {
    for (const separator of [' ', ',', ';', ' , ', '\n']) {
      assert.deepEqual(
        parseModel(`name: "m"${separator}base_path: "/b"${separator}`),
        oneModel({ name: 'm', basePath: '/b' }),
      );
    }
    assert.equal(modelProblem('name: "m",, '), 'Expected identifier, got: ,');
  });

  it('that are scalars need a colon', () => {
    assert.equal(modelProblem('name "m"'), 'Expected ":", found ""m"".');
  });

  it('must be known: the nearest name is suggested', () => {
    assert.equal(
      parseProblem(ModelServerConfigSchema, 'model_config_list {\n  config { nmae: "m" }\n}'),
      '2:12: Message type "tensorflow.serving.ModelConfig" has no field named "nmae". Did you mean "name"?',
    );
    assert.equal(
      modelProblem('basePath: "m"'),
      'Message type "tensorflow.serving.ModelConfig" has no field named "basePath". Did you mean "base_path"?',
    );
    assert.equal(
      problem('constructor: 1'),
      'Message type "tensorflow.serving.ModelServerConfig" has no field named "constructor".',
    );
    assert.equal(problem('1: {}'), 'Expected identifier, got: 1');
  });

  it('that are not repeated are given once, even as zero', () => {
    for (const [schema, field, name] of [
      [ConfigProtoSchema, 'placement_period: 2', 'placement_period'],
      [ConfigProtoSchema, 'placement_period: 0', 'placement_period'],
      [ConfigProtoSchema, 'gpu_options {}', 'gpu_options'],
      [BatchingParametersSchema, 'max_batch_size {}', 'max_batch_size'],
      [ModelServerConfigSchema, 'model_config_list {}', 'model_config_list'],
    ] as const) {
      assert.equal(
        parseProblem(schema, `${field} ${field}`),
        `1:${field.length + 2}: Non-repeated field "${name}" is specified multiple times.`,
      );
    }
  });

  it('of a oneof exclude each other', () => {
    assert.equal(
      problem('model_config_list {} custom_model_config {}'),
      'Field "custom_model_config" is specified along with field "model_config_list", another member of oneof "config".',
    );
  });

  it('of wrapper types need their value', () => {
    assert.equal(
      parseTextProto(BatchingParametersSchema, 'max_batch_size { value: 3 }').maxBatchSize,
      3n,
    );
    assert.equal(parseTextProto(BatchingParametersSchema, 'max_batch_size {}').maxBatchSize, 0n);
    assert.equal(
      whatIsWrong(BatchingParametersSchema, 'max_batch_size: 3'),
      'Expected "{", found "3".',
    );
  });
});

describe('fields whose names are reserved', () => {
  const parseReserved = (value: string) =>
    parseTextProto(
      ConfigProtoSchema,
      `graph_options { skip_common_subexpression_elimination ${value} infer_shapes: true }`,
    ).graphOptions?.inferShapes;

  it('are passed over, whatever they hold', () => {
    for (const value of [
      ': 1',
      ': -1.5e3;',
      ': some_name,',
      ': "a" \'}\'',
      ': [1, {a: 2}]',
      ': []',
      '{ a: 1 b { c: "}" } [x.y/z] { d: [{}, <>] } }',
      ': < e: 1 >',
      '[ { }, { } ]',
    ]) {
      assert.equal(parseReserved(value), true, value);
    }
  });

  it('must still be well formed', () => {
    const wrong = (value: string) =>
      whatIsWrong(
        ConfigProtoSchema,
        `graph_options { skip_common_subexpression_elimination ${value}`,
      );
    assert.equal(wrong('1'), 'Expected ":", found "1".');
    assert.equal(wrong(': ;'), 'Invalid field value: ;');
    assert.equal(wrong(': -"a"'), 'Invalid field value: "a"');
    assert.equal(wrong('{ a: 1 > }'), 'Expected "}", found ">".');
    assert.equal(wrong(': [1'), 'Expected "]", found "end of file".');
    assert.match(wrong(`: ${'['.repeat(100_000)}`), /^Message is too deep/);
    assert.match(wrong('{ a '.repeat(100_000)), /^Message is too deep/);
  });
});

describe('repeated fields', () => {
  const list = (text: string) => parseTextProto(AttrValueSchema, `list { ${text} }`);
  const listOf = (value: object) =>
    create(AttrValueSchema, { value: { case: 'list', value } } as object);

  it('add up over single elements and lists in brackets', () => {
    assert.deepEqual(
      list('i: 1 i: [2, 3] i: [] i: 4 type: [DT_INT8, 1]'),
      listOf({ i: [1n, 2n, 3n, 4n], type: [DataType.DT_INT8, DataType.DT_FLOAT] }),
    );
    assert.deepEqual(
      list('shape { } shape: [{ dim { size: 1 } }, <unknown_rank: true>] shape []'),
      listOf({ shape: [{}, { dim: [{ size: 1n }] }, { unknownRank: true }] }),
    );
  });

  it('are refused in lists that are not whole', () => {
    const wrong = (text: string) => whatIsWrong(AttrValueSchema, `list { ${text} }`);
    assert.equal(wrong('i: [1 2]'), 'Expected "]", found "2".');
    assert.equal(wrong('i: [1,]'), 'Expected integer, got: ]');
    assert.equal(wrong('i [1]'), 'Expected ":", found "[".');
    assert.equal(wrong('shape [{}'), 'Expected "]", found "}".');
    assert.equal(modelProblem('name: ["m"]'), 'Expected string, got: [');
  });
});

describe('maps', () => {
  it('are entries of key and value, the last of equal keys counting', () => {
    const expected = oneModel({ versionLabels: { a: 2n, b: -3n, '': 4n, c: 0n } });
    for (const text of [
      `version_labels { key: 'a' value: 1 } version_labels <value: 2; key: "a">
       version_labels: { key: 'b', value: -3 } version_labels { value: 4 } version_labels { key: 'c' }`,
      `version_labels [{ key: 'a' value: 2 }, <key: 'b' value: -3>]
       version_labels: [{ value: 4 }, { key: 'c' }] version_labels: []`,
    ]) {
      assert.deepEqual(parseModel(text), expected);
    }
  });

  it('hold messages, with their default where an entry has none', () => {
    const { attr } = parseTextProto(
      AttrValueSchema,
      `func { attr { key: 'x' value { i: 1 } } attr { key: 'y' value: { b: true } } attr { key: 'z' } }`,
    ).value.value as { attr: Record<string, unknown> };
    assert.deepEqual(attr, {
      x: create(AttrValueSchema, { value: { case: 'i', value: 1n } }),
      y: create(AttrValueSchema, { value: { case: 'b', value: true } }),
      z: create(AttrValueSchema),
    });
  });

  it('take any key as a key', () => {
    const { config } = parseModel(`version_labels { key: '__proto__' value: 7 }`);
    assert.equal(config.case, 'modelConfigList');
    const { versionLabels } = (config.value as { config: { versionLabels: object }[] }).config[0]!;
    assert.deepEqual(Object.entries(versionLabels), [['__proto__', 7n]]);
  });

  it('are refused with other entries', () => {
    assert.equal(
      modelProblem(`version_labels { key: 'a' val: 1 }`),
      'The map "version_labels" has entries of "key" and "value", not "val".',
    );
    assert.equal(
      modelProblem(`version_labels { key: 'a' key: 'b' }`),
      'Non-repeated field "key" is specified multiple times.',
    );
    assert.equal(modelProblem(`version_labels: 'a'`), `Expected "{", found "'a'".`);
    assert.equal(
      modelProblem(`version_labels { key: 'a' value: 'b' }`),
      `Expected integer, got: 'b'`,
    );
    assert.equal(modelProblem(`version_labels { key: 'a' >`), 'Expected "}", found ">".');
  });
});

describe('google.protobuf.Any', () => {
  const typeName = 'tensorflow.serving.SavedModelBundleSourceAdapterConfig';
  const parseAny = (text: string) =>
    parseTextProto(PlatformConfigSchema, `source_adapter_config { ${text} }`, { registry });
  const wrong = (text: string) =>
    whatIsWrong(PlatformConfigSchema, `source_adapter_config { ${text} }`);

  it('is written out under its type', () => {
    for (const text of [
      `[type.googleapis.com/${typeName}] { legacy_config { enable_model_warmup: true } }`,
      `[ type . googleapis . com / ${typeName} ]: < legacy_config: < enable_model_warmup: 1 > >,`,
    ]) {
      const any = parseAny(text).sourceAdapterConfig;
      assert.equal(any?.typeUrl, `type.googleapis.com/${typeName}`);
      assert.deepEqual(
        fromBinary(SavedModelBundleSourceAdapterConfigSchema, any.value),
        create(SavedModelBundleSourceAdapterConfigSchema, {
          legacyConfig: { enableModelWarmup: true },
        }),
      );
    }
  });

  it('is written as the message it is', () => {
    assert.deepEqual(
      parseAny('type_url: "a/b" value: "\\001"').sourceAdapterConfig,
      create(AnySchema, { typeUrl: 'a/b', value: new Uint8Array([1]) }),
    );
  });

  it('holds errors at their place in the file', () => {
    assert.equal(
      parseProblem(
        PlatformConfigSchema,
        `source_adapter_config {\n [type.googleapis.com/${typeName}] {\n  legacy: {} } }`,
      ),
      `3:3: Message type "${typeName}" has no field named "legacy".`,
    );
  });

  it('is refused with a type that is unknown, or twice', () => {
    for (const url of ['type.googleapis.com/no.Such', `example.com/${typeName}`, typeName, '']) {
      assert.equal(
        wrong(`[${url}] {}`),
        `Could not find type "${url}" stored in google.protobuf.Any.`,
      );
    }
    const once = `[type.googleapis.com/${typeName}] { }`;
    assert.equal(wrong(`${once} ${once}`), 'Non-repeated Any specified multiple times.');
    assert.equal(wrong(`type_url: "x" ${once}`), 'Non-repeated Any specified multiple times.');
    assert.equal(
      wrong(`${once} type_url: "x"`),
      'Non-repeated field "type_url" is specified multiple times.',
    );
    assert.equal(wrong('[a'), 'Expected "]", found "}".');
    assert.throws(
      () => parseTextProto(PlatformConfigSchema, `source_adapter_config { ${once} }`),
      /Could not find type/,
    );
  });

  it('is not an extension', () => {
    assert.equal(
      modelProblem('[foo.bar]: 1'),
      'Extension "foo.bar" is not defined or is not an extension of "tensorflow.serving.ModelConfig".',
    );
  });
});
