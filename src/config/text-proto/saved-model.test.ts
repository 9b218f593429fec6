import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { equals, fromBinary } from '@bufbuild/protobuf';
import { registry, SavedModelSchema } from '../../proto/index.ts';
import { parseTextProto } from './index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The text that another implementation of the format writes for a binary SavedModel. */
const textOf = (file: string): Buffer =>
  execFileSync(
    `${root}/node_modules/.bin/buf`,
    [
      'convert',
      'proto',
      '--type',
      'tensorflow.SavedModel',
      '--from',
      `${file}#format=binpb`,
      '--to',
      '-#format=txtpb',
    ],
    { cwd: root, maxBuffer: 2 ** 28 },
  );

describe('a SavedModel as text', () => {
  for (const model of ['string_tools', 'lstm_seq', 'ragged_sparse']) {
    it(`is the same as in binary: ${model}`, () => {
      const file = `${root}/test/zoo/models/${model}/1/saved_model.pb`;
      const parsed = parseTextProto(SavedModelSchema, textOf(file));
      assert.ok(equals(SavedModelSchema, parsed, fromBinary(SavedModelSchema, readFileSync(file))));
    });
  }

  it('is read as TensorFlow wrote it', () => {
    const folder = `${root}/test/zoo/models/tf1_frozen_text/1`;
    const model = parseTextProto(SavedModelSchema, readFileSync(`${folder}/saved_model.pbtxt`), {
      registry,
    });
    const [metaGraph] = model.metaGraphs;
    assert.deepEqual(metaGraph?.metaInfoDef?.tags, ['serve']);
    assert.ok(Object.hasOwn(metaGraph.signatureDef, 'serving_default'));
    assert.ok(metaGraph.graphDef!.node.length > 2);
  });
});
