import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code, StatusError } from '../status/index.ts';
import { DType, heapAllocator } from '../tensor/index.ts';
import { bindNamedInputs, selectPredictSignature } from './named-inputs.ts';
import { signatureSpec, tensorSpec } from './testing/fake-model.ts';

const spec = (alias: string) => tensorSpec(alias, DType.FLOAT, null);
const plain = signatureSpec({
  inputs: [spec('a'), spec('b')],
  outputs: [spec('p'), spec('q'), spec('r')],
});
const withDefaults = signatureSpec({
  ...plain,
  defaults: new Map([
    ['b', Uint8Array.of(2)],
    ['c', Uint8Array.of(3)],
  ]),
});

/** Tensors stand for what they were decoded from by their only dimension. */
function bind(signature: typeof plain, inputs: Record<string, number>, filter: string[] = []) {
  const { feeds, fetches } = bindNamedInputs(
    signature,
    new Map(Object.entries(inputs)),
    filter,
    (value) => heapAllocator.allocate(DType.FLOAT, [value]),
    (value) => heapAllocator.allocate(DType.FLOAT, [value[0]! * 1000]),
  );
  return { feeds: feeds.map(({ shape }) => shape[0]), fetches };
}

function refuses(action: () => unknown, text: string, code: Code = Code.INVALID_ARGUMENT): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof StatusError);
    assert.equal(error.message, text);
    assert.equal(error.code, code);
    return true;
  });
}

test('inputs are bound in the order of the signature, whatever theirs', () => {
  assert.deepEqual(bind(plain, { b: 2, a: 1 }), { feeds: [1, 2], fetches: null });
});

test('defaults stand in for what is left out, not for what is given', () => {
  assert.deepEqual(bind(withDefaults, { a: 1 }).feeds, [1, 2000]);
  assert.deepEqual(bind(withDefaults, { a: 1, b: 5 }).feeds, [1, 5]);
});

test('too many inputs, or too few without defaults, are counted and named', () => {
  refuses(
    () => bind(plain, { a: 1 }),
    'input size does not match signature: 1!=2 len({a}) != len({a,b}). ' +
      'Sent extra: {}. Missing but required: {b}.',
  );
  refuses(
    () => bind(plain, { z: 1, b: 1, a: 1, Z: 1 }),
    'input size does not match signature: 4!=2 len({Z,a,b,z}) != len({a,b}). ' +
      'Sent extra: {Z,z}. Missing but required: {}.',
  );
  refuses(
    () => bind(withDefaults, { a: 1, b: 1, c: 1 }),
    'input size does not match signature: 3!=2 len({a,b,c}) != len({a,b}). ' +
      'Sent extra: {c}. Missing but required: {}.',
  );
});

test('an input that nothing gives a value is named with its feed', () => {
  refuses(
    () => bind(plain, { a: 1, x: 1 }),
    'Signature input alias: b(feed name: b:0) not found in request and no default value ' +
      'provided. Inputs expected to be in the request {a,x}, or default input alias set: ',
  );
  refuses(
    () => bind(withDefaults, { b: 1 }),
    'Signature input alias: a(feed name: a:0) not found in request and no default value ' +
      'provided. Inputs expected to be in the request {b}, or default input alias set: b,c',
  );
});

test('an input that the signature does not have is named where defaults hide the count', () => {
  refuses(
    () => bind(withDefaults, { a: 1, x: 1 }),
    'Inputs contains invalid name. Used request inputs: a, request input: a,x',
  );
});

test('an alias may be one that every object has', () => {
  refuses(
    () => bind(plain, { a: 1, constructor: 1 }),
    'Signature input alias: b(feed name: b:0) not found in request and no default value ' +
      'provided. Inputs expected to be in the request {a,constructor}, or default input alias set: ',
  );
});

test('the output filter chooses outputs in its own order', () => {
  const inputs = { a: 1, b: 2 };
  assert.deepEqual(bind(plain, inputs, ['r', 'p']).fetches, [2, 0]);
  refuses(
    () => bind(plain, inputs, ['p', 'nope']),
    'output tensor alias not found in signature: nope Outputs expected to be in the set {p,q,r}.',
  );
  refuses(() => bind(plain, inputs, ['q', 'q']), 'duplicate output tensor alias: q');
});

test('a signature is found by its key, serving_default without one', () => {
  const signatures = new Map([
    ['serving_default', plain],
    ['train', signatureSpec({ ...plain, key: 'train', methodName: 'train' })],
    ['odd', signatureSpec({ ...plain, methodName: 'tensorflow/serving/regress' })],
  ]);
  assert.equal(selectPredictSignature(signatures, '', true), plain);
  assert.equal(selectPredictSignature(signatures, 'train', false).key, 'train');
  assert.ok(selectPredictSignature(signatures, 'odd', true));
  refuses(
    () => selectPredictSignature(signatures, 'none', false),
    'Serving signature key "none" not found.',
    Code.FAILED_PRECONDITION,
  );
  refuses(
    () => selectPredictSignature(new Map(), '', false),
    'Serving signature key "serving_default" not found.',
    Code.FAILED_PRECONDITION,
  );
  refuses(
    () => selectPredictSignature(signatures, 'train', true),
    'Expected prediction signature method_name to be one of {tensorflow/serving/predict, ' +
      'tensorflow/serving/classify, tensorflow/serving/regress}. Was: train',
    Code.INTERNAL,
  );
});

test('of names without number, as many are listed as any signature has', () => {
  const names = Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`n${i}`, i]));
  assert.throws(
    () => bind(plain, names),
    (error: StatusError) => {
      assert.equal(error.code, Code.INVALID_ARGUMENT);
      assert.match(
        error.message,
        /^input size does not match signature: 300000!=2 len\({n0,n1,n10,/,
      );
      assert.ok(error.message.length < 20_000);
      return true;
    },
  );
});
