import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { PredictRequestSchema, TensorProtoSchema } from '../proto/index.ts';
import { DType, decodeTensorProto, heapAllocator } from '../tensor/index.ts';
import { givenRequest } from './given-request.ts';
import type { InputSpec } from './signature.ts';

const model = { name: 'm', version: null, label: 'stable', signature: 'serving_default' };
const methodName = 'tensorflow/serving/predict';

const x: InputSpec = { alias: 'x', dtype: DType.FLOAT, shape: [-1, 2] };
const words: InputSpec = { alias: 'words', dtype: DType.STRING, shape: [-1] };
const count: InputSpec = { alias: 'count', dtype: DType.INT64, shape: [-1] };
const flag: InputSpec = { alias: 'flag', dtype: DType.BOOL, shape: [-1] };

const given = (protocol: 'rest' | 'grpc', text: string | Buffer, inputs: InputSpec[] = []) =>
  givenRequest({ protocol, model }, { bytes: Buffer.from(text), name: 'file' }, async () => ({
    ...{ methodName, inputs },
  }));

/** What a gRPC request for this body holds, by input. */
async function sent(text: string, ...inputs: InputSpec[]) {
  const { requests, rows, signatures } = await given('grpc', text, inputs);
  const request = fromBinary(PredictRequestSchema, requests[0]!.body);
  const tensors = Object.entries(request.inputs).map(([alias, tensor]) => {
    const bytes = toBinary(TensorProtoSchema, tensor);
    const { dtype, shape } = decodeTensorProto(bytes, heapAllocator, { maxFilledBytes: 0 });
    const content =
      dtype === DType.FLOAT
        ? [...new Float32Array(tensor.tensorContent.slice().buffer)]
        : dtype === DType.STRING
          ? tensor.stringVal.map((bytes) => Buffer.from(bytes).toString())
          : [...tensor.tensorContent];
    return [alias, { dtype, shape: [...shape], content }] as const;
  });
  return { tensors: Object.fromEntries(tensors), spec: request.modelSpec, rows, signatures };
}

describe('givenRequest', () => {
  const rows: [body: string, rows: number][] = [
    ['{"instances": [1, 2, 3]}', 3],
    ['{"inputs": {"x": [1, 2], "y": 0}}', 2],
    ['{"inputs": [[1], [2]]}', 2],
    ['{"inputs": {"x": 5}}', 1],
    ['{}', 1],
  ];
  for (const [body, amount] of rows) {
    it(`sends a JSON body as it is over REST, and counts its rows: ${body}`, async () => {
      const set = await given('rest', body);
      assert.equal(set.rows, amount);
      assert.equal(String(set.requests[0]!.body), body);
      assert.equal(set.requests[0]!.path, '/v1/models/m/labels/stable:predict');
    });
  }

  it('asks for the signature of the question where a body names none', async () => {
    const ofOther = async (text: string) => {
      const question = { protocol: 'rest' as const, model: { ...model, signature: 'other' } };
      const file = { bytes: Buffer.from(text), name: 'file' };
      const { requests, signatures } = await givenRequest(question, file, () => assert.fail());
      return [JSON.parse(String(requests[0]!.body)).signature_name, signatures[0]];
    };
    assert.deepEqual(await ofOther(' {"instances": [1]}'), ['other', 'other']);
    assert.deepEqual(await ofOther('{}'), ['other', 'other']);
    assert.deepEqual(await ofOther('{"signature_name": "own"}'), ['own', 'own']);
  });

  it('sends a PredictRequest to the model of the question', async () => {
    const message = create(PredictRequestSchema, {
      modelSpec: { name: 'other' },
      inputs: { x: { tensorShape: { dim: [{ size: 5n }] } } },
    });
    const set = await given('grpc', Buffer.from(toBinary(PredictRequestSchema, message)));
    assert.deepEqual([set.rows, set.inputs], [5, null]);
    const { modelSpec, inputs } = fromBinary(PredictRequestSchema, set.requests[0]!.body);
    assert.equal(modelSpec?.name, 'm');
    assert.equal(modelSpec.versionChoice.value, 'stable');
    assert.equal(modelSpec.signatureName, 'serving_default');
    assert.deepEqual(Object.keys(inputs), ['x']);
  });

  it('sends a JSON body as tensors over gRPC, in rows and in columns', async () => {
    const rowsOfTwo = await sent(
      '{"instances": [{"x": [1, 2], "words": "a"}, {"x": [3, 4.5], "words": {"b64": "Yg=="}}]}',
      ...[x, words],
    );
    const tensors = {
      x: { dtype: DType.FLOAT, shape: [2, 2], content: [1, 2, 3, 4.5] },
      words: { dtype: DType.STRING, shape: [2], content: ['a', 'b'] },
    };
    assert.deepEqual(rowsOfTwo.tensors, tensors);
    assert.equal(rowsOfTwo.rows, 2);
    const columns = '{"inputs": {"x": [[1, 2], [3, 4.5]], "words": ["a", {"b64": "Yg=="}]}}';
    assert.deepEqual((await sent(columns, x, words)).tensors, tensors);
    const only = { x: { dtype: DType.FLOAT, shape: [1, 2], content: [7, 8] } };
    assert.deepEqual((await sent('{"instances": [[7, 8]]}', x)).tensors, only);
    assert.deepEqual((await sent('{"inputs": [[7, 8]]}', x)).tensors, only);
    const others = await sent(
      '{"signature_name": "s", "inputs": {"count": [3], "flag": [true]}}',
      count,
      flag,
    );
    assert.deepEqual(others.tensors.count, {
      ...{ dtype: DType.INT64, shape: [1], content: [3, 0, 0, 0, 0, 0, 0, 0] },
    });
    assert.deepEqual(others.tensors.flag, { dtype: DType.BOOL, shape: [1], content: [1] });
    assert.deepEqual([others.spec?.signatureName, others.signatures], ['s', ['s']]);
  });

  const refused: [body: string, inputs: InputSpec[], message: string][] = [
    ['{}', [x], 'file has not one of "instances" and "inputs"'],
    ['{"inputs": 1, "instances": []}', [x], 'file has not one of "instances" and "inputs"'],
    ['{"instances": 1}', [x], 'file has "instances" that are no list'],
    ['{"inputs": {"y": 1}}', [x], 'file has an input y; the model takes x'],
    ['{"inputs": {"x": [[1, 2]]}}', [x, words], 'file lacks the input words'],
    ['{"instances": [{"x": 1}, {}]}', [x], 'file lacks the input x in some rows'],
    ['{"inputs": [[1, 2], [3]]}', [x], 'file has lists of different lengths in x'],
    ['{"inputs": [1, [2]]}', [x], 'file has lists of different lengths in x'],
    ['{"inputs": ["1"]}', [x], 'file has "1" in x, which is DT_FLOAT'],
    ['{"inputs": [1.5]}', [count], 'file has 1.5 in count, which is DT_INT64'],
    ['{"inputs": [1]}', [flag], 'file has 1 in flag, which is DT_BOOL'],
    ['{"inputs": [1]}', [words], 'file has 1 in words, which is DT_STRING'],
    [
      '{"inputs": [1]}',
      [{ ...x, dtype: DType.COMPLEX64 }],
      'file cannot say x, which is DT_COMPLEX64: give a PredictRequest',
    ],
  ];
  for (const [body, inputs, message] of refused) {
    it(`refuses ${body} over gRPC`, async () => {
      await assert.rejects(given('grpc', body, inputs), { message });
    });
  }

  it('refuses what the protocol does not take', async () => {
    for (const text of ['no message', '[1]', 'null']) {
      await assert.rejects(given('rest', text), {
        message: 'file is no JSON object, as --rest needs it',
      });
    }
    await assert.rejects(given('grpc', 'no message'), {
      message: 'file is neither a JSON object nor a serialized PredictRequest, as --grpc needs it',
    });
  });
});
