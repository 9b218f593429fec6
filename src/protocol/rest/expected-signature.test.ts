import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeLookup } from '../../inference/testing/fake-lookup.ts';
import { FakeModel, signatureSpec, tensorSpec } from '../../inference/testing/fake-model.ts';
import { DType } from '../../tensor/index.ts';
import { expectedSignature } from './expected-signature.ts';

test('the signature that a request seems to be for, or none; the model is not held', () => {
  const signature = signatureSpec({ inputs: [tensorSpec('x', DType.FLOAT, null)], outputs: [] });
  const lookup = new FakeLookup('m', new FakeModel(signature));
  const context = { lookup, checkShapes: true };
  const expect = (name: string, signatureName: string) =>
    expectedSignature(context, { name, version: null, label: null })(signatureName);
  assert.equal(expect('m', ''), signature);
  assert.equal(expect('m', signature.key), signature);
  assert.equal(expect('m', 'other'), null);
  assert.equal(expect('other', ''), null);
  assert.equal(expect('', ''), null);
  assert.equal(lookup.held, 0);
});
