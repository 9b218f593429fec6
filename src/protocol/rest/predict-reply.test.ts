import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DType, type NumericTensor, type Shape, type Tensor } from '../../tensor/index.ts';
import { JsonWriter } from './json/json-writer.ts';
import { printPredictReply } from './predict-reply.ts';
import type { PredictFormat } from './predict-request.ts';
import { TensorPrinter } from './tensor-printer.ts';
import { runToEnd } from './testing/run-to-end.ts';

function numeric(dtype: DType, shape: Shape, data: NumericTensor['data']): Tensor {
  return { dtype: dtype as NumericTensor['dtype'], shape, data };
}

const float = (shape: Shape, ...values: number[]) =>
  numeric(DType.FLOAT, shape, Float32Array.from(values));

function strings(shape: Shape, ...values: (string | Buffer)[]): Tensor {
  const parts = values.map((value) => Buffer.from(value as string));
  const offsets = Float64Array.from([0, ...parts.map(() => 0)]);
  parts.forEach((part, i) => {
    offsets[i + 1] = offsets[i]! + part.length;
  });
  return { dtype: DType.STRING, shape, bytes: Buffer.concat(parts), offsets };
}

function print(outputs: Readonly<Record<string, Tensor>>, format: PredictFormat): string {
  const steps = printPredictReply(Object.keys(outputs), Object.values(outputs), format);
  return Buffer.from(runToEnd(steps)).toString();
}

test('one output', () => {
  const y = float([3], 2.5, 3, 4.5);
  assert.equal(print({ y }, 'row'), '{"predictions":[2.5,3.0,4.5]}');
  assert.equal(print({ y }, 'columnar'), '{"outputs":[2.5,3.0,4.5]}');
  assert.equal(print({ y: float([2, 1], 2.5, 3) }, 'row'), '{"predictions":[[2.5],[3.0]]}');
  assert.equal(print({ y: float([], 2.5) }, 'columnar'), '{"outputs":2.5}');
});

test('several outputs', () => {
  const outputs = {
    a: float([2, 2], 1, 2, 3, 4),
    'b"': numeric(DType.INT32, [2], Int32Array.of(3, -4)),
  };
  assert.equal(
    print(outputs, 'row'),
    '{"predictions":[{"a":[1.0,2.0],"b\\"":3},{"a":[3.0,4.0],"b\\"":-4}]}',
  );
  assert.equal(print(outputs, 'columnar'), '{"outputs":{"a":[[1.0,2.0],[3.0,4.0]],"b\\"":[3,-4]}}');
});

test('no rows and empty lists', () => {
  assert.equal(print({ y: float([0]) }, 'row'), '{"predictions":[]}');
  assert.equal(print({ y: float([0, 3]) }, 'row'), '{"predictions":[]}');
  assert.equal(print({ y: float([2, 0, 3]) }, 'columnar'), '{"outputs":[[],[]]}');
  assert.equal(print({ y: float([2, 2, 0]) }, 'row'), '{"predictions":[[[],[]],[[],[]]]}');
  const two = { y: float([0]), z: float([0, 2]) };
  assert.equal(print(two, 'row'), '{"predictions":[]}');
  assert.equal(print(two, 'columnar'), '{"outputs":{"y":[],"z":[]}}');
  assert.equal(
    print({ y: float([2, 0]), z: float([2], 1, 2) }, 'row'),
    '{"predictions":[{"y":[],"z":1.0},{"y":[],"z":2.0}]}',
  );
});

test('every type', () => {
  const all = (tensor: Tensor) => print({ y: tensor }, 'columnar').slice('{"outputs":'.length, -1);
  assert.equal(
    all(numeric(DType.DOUBLE, [2], Float64Array.of(1 / 3, 1e300))),
    '[0.33333333333333331,1e+300]',
  );
  assert.equal(
    all(float([3], Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)),
    '[NaN,Infinity,-Infinity]',
  );
  assert.equal(all(numeric(DType.UINT8, [3], Uint8Array.of(0, 9, 255))), '[0,9,255]');
  assert.equal(all(numeric(DType.INT8, [2], Int8Array.of(-128, 10))), '[-128,10]');
  assert.equal(
    all(numeric(DType.INT32, [2], Int32Array.of(-2147483648, 2147483647))),
    '[-2147483648,2147483647]',
  );
  assert.equal(all(numeric(DType.UINT32, [1], Uint32Array.of(4294967295))), '[4294967295]');
  const longs = [
    0n,
    -1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 53n,
    4294967296n,
    -4294967297n,
    9007199254740991n,
  ];
  assert.equal(all(numeric(DType.INT64, [8], BigInt64Array.from(longs))), `[${longs.join(',')}]`);
  const unsigned = [0n, 2n ** 64n - 1n, 2n ** 63n, 2n ** 32n - 1n, 10n ** 15n];
  assert.equal(
    all(numeric(DType.UINT64, [5], BigUint64Array.from(unsigned))),
    `[${unsigned.join(',')}]`,
  );
  assert.equal(all(numeric(DType.BOOL, [2], Uint8Array.of(1, 0))), '[true,false]');
  assert.equal(
    all(strings([2], 'a/é"\\\b\f\n\r\t\u0001\u001f\u007f', '')),
    '["a/é\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001F\u007f",""]',
  );
});

test('bytes that are no UTF-8 pass through', () => {
  const [body] = [runToEnd(printPredictReply(['y'], [strings([1], Buffer.of(0xff, 0xfe))], 'row'))];
  assert.deepEqual(Buffer.from(body!), Buffer.from('{"predictions":["\xff\xfe"]}', 'latin1'));
});

test('an alias that ends in _bytes gets base64', () => {
  const a = strings([3], 'a', 'ab', 'abc');
  assert.equal(
    print({ y_bytes: a }, 'row'),
    '{"predictions":[{"b64":"YQ=="},{"b64":"YWI="},{"b64":"YWJj"}]}',
  );
  assert.equal(print({ y_bytes: float([1], 2) }, 'row'), '{"predictions":[2.0]}');
});

test('outputs that have no form', () => {
  const refused = (outputs: Readonly<Record<string, Tensor>>, format: PredictFormat) => {
    try {
      return print(outputs, format);
    } catch (error) {
      return String(error);
    }
  };
  assert.equal(refused({}, 'row'), 'INVALID_ARGUMENT: Cannot convert empty tensor map to JSON');
  assert.equal(
    refused({ y: float([], 1) }, 'row'),
    'INVALID_ARGUMENT: Tensor name: y has no shape information ',
  );
  assert.equal(
    refused({ a: float([1], 1), b: float([2], 1, 2) }, 'row'),
    'INVALID_ARGUMENT: Tensor name: b has inconsistent batch size: 2 expecting: 1',
  );
  for (const format of ['row', 'columnar'] as const) {
    assert.equal(
      refused({ y: numeric(DType.HALF, [1], Uint16Array.of(1)) }, format),
      'INVALID_ARGUMENT: Failed to write JSON value for tensor type: half',
    );
  }
  assert.equal(
    print({ y: numeric(DType.HALF, [0], new Uint16Array(0)) }, 'row'),
    '{"predictions":[]}',
  );
});

test('tensors are printed alike in pieces of any size', () => {
  const long = Buffer.from(Array.from({ length: 40_000 }, (_, i) => i % 256));
  const tensors: readonly Tensor[] = [
    float([2, 3, 2], ...Array.from({ length: 12 }, (_, i) => i / 3)),
    float([2, 0, 2]),
    strings([2, 2], 'a', long, '', 'b'),
    numeric(DType.INT64, [5], BigInt64Array.from([1n, -2n, 3n, -4n, 5n])),
  ];
  for (const alias of ['y', 'y_bytes']) {
    for (const tensor of tensors) {
      const texts = [1, 5, 100_000].map((budget) => {
        const out = new JsonWriter();
        const printer = new TensorPrinter(out, alias, tensor);
        for (let item = 0; item < 2; item++) {
          printer.begin(tensor.shape.length === 1 ? 0 : 1);
          while (!printer.run(budget));
          out.byte(0x0a);
          if (tensor.shape.length === 1) break;
        }
        return Buffer.from(out.finish()).toString('latin1');
      });
      assert.equal(texts[0], texts[2]);
      assert.equal(texts[1], texts[2]);
    }
  }
});
