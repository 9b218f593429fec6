import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { PredictRequestSchema } from '../proto/index.ts';
import { givenRequest } from './given-request.ts';

const model = { name: 'm', version: null, label: 'stable', signature: 'sig' };

describe('givenRequest', () => {
  const rows: [body: string, rows: number][] = [
    ['{"instances": [1, 2, 3]}', 3],
    ['{"inputs": {"x": [1, 2], "y": 0}}', 2],
    ['{"inputs": [[1], [2]]}', 2],
    ['{"inputs": {"x": 5}}', 1],
    ['{}', 1],
    ['null', 1],
  ];
  for (const [body, count] of rows) {
    it(`sends a JSON body as it is, and counts its rows: ${body}`, () => {
      const set = givenRequest({ protocol: 'rest', model }, Buffer.from(body), 'file');
      assert.equal(set.rows, count);
      assert.equal(String(set.requests[0]!.body), body);
      assert.equal(set.requests[0]!.path, '/v1/models/m/labels/stable:predict');
    });
  }

  it('sends a PredictRequest to the model of the question', () => {
    const message = create(PredictRequestSchema, {
      modelSpec: { name: 'other' },
      inputs: { x: { tensorShape: { dim: [{ size: 5n }] } } },
    });
    const bytes = Buffer.from(toBinary(PredictRequestSchema, message));
    const set = givenRequest({ protocol: 'grpc', model }, bytes, 'file');
    assert.equal(set.rows, 5);
    const { modelSpec, inputs } = fromBinary(PredictRequestSchema, set.requests[0]!.body);
    assert.equal(modelSpec?.name, 'm');
    assert.equal(modelSpec.versionChoice.value, 'stable');
    assert.equal(modelSpec.signatureName, 'sig');
    assert.deepEqual(Object.keys(inputs), ['x']);
  });

  it('refuses what the protocol does not take', () => {
    const given = (protocol: 'rest' | 'grpc') => () =>
      givenRequest({ protocol, model }, Buffer.from('no message'), 'a.txt');
    assert.throws(given('rest'), { message: 'a.txt is no JSON, as --rest needs it' });
    assert.throws(given('grpc'), {
      message: 'a.txt is no serialized PredictRequest, as --grpc needs it',
    });
  });
});
