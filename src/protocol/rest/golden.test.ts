import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { GoldenCase, GoldenModel } from '../../../test/support/golden.ts';
import { goldenModels } from '../../../test/support/golden.ts';
import {
  JsonNumber,
  JsonText,
  parseTypedJson,
  type TypedJson,
} from '../../../test/support/json-with-types.ts';
import type { SignatureSpec, TensorSpec } from '../../engines/index.ts';
import { FakeLookup } from '../../inference/testing/fake-lookup.ts';
import { FakeModel, signatureSpec, tensorSpec } from '../../inference/testing/fake-model.ts';
import {
  PredictRequestSchema,
  PredictResponseSchema,
  type TensorProto,
  TensorProtoSchema,
} from '../../proto/index.ts';
import { readSavedModel } from '../../saved-model/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import {
  DType,
  decodeTensorProto,
  defaultMaxFilledBytes,
  heapAllocator,
  type Tensor,
} from '../../tensor/index.ts';
import type { RestHandler, RestRequest } from './exchange.ts';
import { createRestHandler } from './handler.ts';

interface GoldenInfo {
  readonly dtype: string;
  readonly tensor_shape?: {
    readonly unknown_rank: boolean;
    readonly dim: readonly { readonly size: string }[];
  };
}

interface GoldenSignature {
  readonly inputs: Readonly<Record<string, GoldenInfo>>;
  readonly outputs: Readonly<Record<string, GoldenInfo>>;
}

const models = goldenModels('tensorflow');

function specs(infos: GoldenSignature['inputs']): TensorSpec[] {
  return Object.keys(infos)
    .sort()
    .map((alias) => {
      const name = infos[alias]!.dtype.replace('DT_', '') as keyof typeof DType;
      const { unknown_rank = true, dim = [] } = infos[alias]!.tensor_shape ?? {};
      const shape = unknown_rank ? null : dim.map(({ size }) => Number(size));
      return tensorSpec(alias, DType[name] ?? DType.INVALID, shape);
    });
}

function signaturesOf(model: GoldenModel, version: bigint): SignatureSpec[] {
  const byKey = model.metadata[String(version)]!.metadata.signature_def.signature_def as Record<
    string,
    GoldenSignature
  >;
  return Object.entries(byKey).map(([key, { inputs, outputs }]) =>
    signatureSpec({ key, inputs: specs(inputs), outputs: specs(outputs) }),
  );
}

function tensorOf(proto: TensorProto): Tensor {
  return decodeTensorProto(toBinary(TensorProtoSchema, proto), heapAllocator, {
    maxFilledBytes: defaultMaxFilledBytes,
  });
}

/** What the model answers where nothing is recorded because the reply is an error. */
function anyOutput({ dtype, shape }: TensorSpec): TensorProto {
  const dim = (shape ?? [1]).map((size) => ({ size: size < 0 ? 1n : BigInt(size) }));
  return create(TensorProtoSchema, { dtype, tensorShape: { dim } });
}

function comparable(tensor: Tensor) {
  if (tensor.dtype !== DType.STRING) return { ...tensor, data: [...tensor.data] };
  const { bytes, offsets, shape } = tensor;
  const strings = [...offsets.subarray(1)].map((end, i) =>
    Buffer.from(bytes.subarray(offsets[i]!, end)).toString('latin1'),
  );
  return { shape, strings };
}

const request: RestRequest = {
  method: 'POST',
  target: '',
  headers: {},
  body: Buffer.alloc(0),
  signal: new AbortController().signal,
  requestId: 'golden',
  reserve: () => {},
};

function restHandler(lookup: FakeLookup): RestHandler {
  return createRestHandler({
    context: { lookup, checkShapes: false },
    timeoutMs: 0,
    cors: false,
    checkMethodName: false,
    asTensorContent: false,
    maxFilledBytes: defaultMaxFilledBytes,
    maxJsonDepth: 256,
    logger: new MemoryLogger(),
  });
}

/** Serves a case with a model whose run answers with what the real one is recorded to. */
async function serve(model: GoldenModel, { rest, grpc }: GoldenCase) {
  const asked = /\/versions\/(\d+)/.exec(rest!.path)?.[1];
  const latest = model.versions.reduce((a, b) => (a > b ? a : b));
  const version = model.versions.find((one) => String(one) === asked) ?? latest;
  const fake = new FakeModel(...signaturesOf(model, version));
  const fed: unknown[] = [];
  const outputs = fromBinary(PredictResponseSchema, grpc?.response ?? Buffer.alloc(0)).outputs;
  fake.answer = ({ feeds, signature }) => {
    fed.push(...feeds.map(comparable));
    return signature.outputs.map((spec) => tensorOf(outputs[spec.alias] ?? anyOutput(spec)));
  };
  const lookup = new FakeLookup(model.name, fake);
  lookup.version = version;
  const reply = await restHandler(lookup)({
    ...request,
    target: rest!.path,
    body: Buffer.from(rest!.body),
  });
  assert.equal(lookup.held, 0);
  return { reply, fed };
}

function cases(model: GoldenModel): GoldenCase[] {
  return model.cases.filter(({ method, rest }) => method === 'predict' && rest !== null);
}

/** Recorded floats are the shortest texts of float32, printed ones have six or nine digits. */
function assertSame(got: TypedJson, expected: TypedJson, where: string): void {
  if (expected instanceof JsonNumber) {
    assert.ok(got instanceof JsonNumber, where);
    assert.equal(got.isInteger, expected.isInteger, where);
    if (expected.isInteger) assert.equal(got.text, expected.text, where);
    else if (got.value !== expected.value) {
      assert.equal(Math.fround(got.value), Math.fround(expected.value), where);
    }
  } else if (expected instanceof JsonText || expected === null || typeof expected !== 'object') {
    assert.deepEqual(got, expected, where);
  } else {
    assert.equal(Array.isArray(got), Array.isArray(expected), where);
    const ours = got as Readonly<Record<string, TypedJson>>;
    const theirs = expected as Readonly<Record<string, TypedJson>>;
    assert.deepEqual(Object.keys(ours).sort(), Object.keys(theirs).sort(), where);
    for (const key of Object.keys(theirs)) assertSame(ours[key]!, theirs[key]!, `${where}.${key}`);
  }
}

/** Replies have no white space; the recorded texts are pretty. */
function withoutSpace(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

/** Errors that only a run finds. */
const runErrors =
  /\[\[|^assertion failed|^negative input|is not in \[|^Could not parse|^Input |must have at least k|went wrong|division by zero|^StringToNumberOp|not a multiple/;

test('there are recorded cases to compare with', () => {
  assert.ok(models.flatMap(cases).length > 200);
});

for (const model of models) {
  test(`REST requests of ${model.name} become the tensors of the gRPC ones`, async () => {
    for (const one of cases(model)) {
      if (one.rest!.status !== 200 || one.grpc === null) continue;
      const { inputs } = fromBinary(PredictRequestSchema, one.grpc.request);
      const { reply, fed } = await serve(model, one);
      assert.equal(reply.status, 200, `${one.id}: ${String(reply.body)}`);
      const feeds = Object.keys(inputs)
        .sort()
        .map((alias) => comparable(tensorOf(inputs[alias]!)));
      assert.deepEqual(fed, feeds, one.id);
    }
  });

  test(`replies of ${model.name} are printed as the original prints them`, async () => {
    for (const one of cases(model)) {
      if (one.rest!.status !== 200 || one.grpc === null) continue;
      const { reply } = await serve(model, one);
      const body = Buffer.from(reply.body);
      assertSame(parseTypedJson(body), one.rest!.response, one.id);
      const { text } = one.rest!;
      if (text !== null) assert.equal(body.toString(), withoutSpace(text), one.id);
    }
  });

  test(`requests of ${model.name} that are refused before a run are refused as recorded`, async () => {
    for (const one of cases(model)) {
      const { rest, errorParts } = one;
      if (rest!.status === 200 || errorParts.length === 0) continue;
      if (errorParts.some((part) => runErrors.test(part))) continue;
      const { reply } = await serve(model, one);
      assert.equal(reply.status, rest!.status, `${one.id}: ${String(reply.body)}`);
      const { error } = JSON.parse(String(reply.body)) as { error: string };
      for (const part of errorParts) assert.ok(error.includes(part), `${one.id}: ${error}`);
    }
  });
}

const metadataTests = models.flatMap((model) =>
  model.versions.map((version) => ({ model, version: String(version) })),
);

for (const { model, version } of metadataTests) {
  test(`metadata of ${model.name} ${version} is what the original answers`, async () => {
    const { basePath, name, metadata } = model;
    const folder = readdirSync(basePath).find((entry) => Number(entry) === Number(version))!;
    const { signatureDefMap } = await readSavedModel(path.join(basePath, folder), ['serve']);
    const lookup = new FakeLookup(name, new FakeModel(), signatureDefMap);
    lookup.version = BigInt(version);
    const reply = await restHandler(lookup)({
      ...request,
      method: 'GET',
      target: `/v1/models/${name}/versions/${version}/metadata`,
    });
    assert.equal(reply.status, 200);
    assert.deepEqual(JSON.parse(String(reply.body)), JSON.parse(JSON.stringify(metadata[version])));
  });
}
