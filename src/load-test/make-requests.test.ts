import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { PredictRequestSchema, TensorProtoSchema } from '../proto/index.ts';
import { StatusError } from '../status/index.ts';
import { DType, decodeTensorProto, heapAllocator } from '../tensor/index.ts';
import { makeRequests } from './make-requests.ts';
import type { ModelChoice } from './model-choice.ts';
import type { InputSpec, Signature } from './signature.ts';

const model: ModelChoice = { name: 'a/b', version: 7n, label: null, signature: 'sig' };
const open = { batch: 2, all: 3, named: new Map<string, number>() };
const numeric = [
  ...[DType.FLOAT, DType.DOUBLE, DType.HALF, DType.BFLOAT16, DType.BOOL],
  ...[DType.INT8, DType.INT16, DType.INT32, DType.INT64],
  ...[DType.UINT8, DType.UINT16, DType.UINT32, DType.UINT64],
];

function signature(...inputs: InputSpec[]): Signature {
  return { methodName: 'tensorflow/serving/predict', inputs };
}

function make(protocol: 'rest' | 'grpc', made: Signature, seed = 1, dims = open) {
  return makeRequests({ protocol, model }, made, {
    open: dims,
    below: { all: null, named: new Map() },
    seed,
  });
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof StatusError);
    return error.message;
  }
  assert.fail('nothing was refused');
}

describe('makeRequests', () => {
  for (const dtype of numeric) {
    it(`says the same numbers over gRPC and REST for dtype ${dtype}`, () => {
      const made = signature({ alias: 'x', dtype, shape: [-1, 2, -1] });
      const grpc = make('grpc', made);
      const { inputs, modelSpec } = fromBinary(PredictRequestSchema, grpc.requests[0]!.body);
      assert.equal(modelSpec?.versionChoice.case, 'version');
      assert.equal(modelSpec.versionChoice.value.value, 7n);
      const bytes = toBinary(TensorProtoSchema, inputs.x!);
      const tensor = decodeTensorProto(bytes, heapAllocator, { maxFilledBytes: 0 });
      assert.deepEqual([tensor.dtype, tensor.shape], [dtype, [2, 2, 3]]);
      const rest = JSON.parse(String(make('rest', made).requests[0]!.body));
      assert.equal(rest.signature_name, 'sig');
      assert.deepEqual(
        [rest.inputs.x.length, rest.inputs.x[0].length, rest.inputs.x[1][1].length],
        [2, 2, 3],
      );
      const flat = rest.inputs.x.flat(2).map(Number) as number[];
      assert.ok('data' in tensor);
      const bits = Array.from(tensor.data as ArrayLike<number | bigint>, Number);
      const values = bits.map((value) => fromBits(dtype, value));
      flat.forEach((value, i) => {
        assert.ok(Math.abs(value - values[i]!) < 1e-6, `${value}, ${values[i]}`);
      });
      assert.ok(new Set(flat).size > 1);
    });
  }

  it('makes words for strings, and empty Examples for Classify and Regress', () => {
    const strings = signature({ alias: 's', dtype: DType.STRING, shape: [-1] });
    const words = JSON.parse(String(make('rest', strings).requests[0]!.body)).inputs.s;
    assert.equal(words.length, 2);
    for (const word of words) assert.match(word, /^[a-z]{8}$/);
    const classify = { ...strings, methodName: 'tensorflow/serving/classify' };
    const { inputs } = fromBinary(PredictRequestSchema, make('grpc', classify).requests[0]!.body);
    assert.deepEqual(inputs.s!.stringVal.map(String), ['', '']);
  });

  it('keeps whole numbers below what is given', () => {
    const made = signature(
      { alias: 'ids', dtype: DType.INT32, shape: [64] },
      { alias: 'mask', dtype: DType.UINT8, shape: [64] },
      { alias: 'x', dtype: DType.FLOAT, shape: [64] },
    );
    const most = (all: number | null, named: [string, number][] = []) => {
      const below = { all, named: new Map(named) };
      const { requests } = makeRequests({ protocol: 'rest', model }, made, {
        open,
        below,
        seed: 1,
      });
      const { inputs } = JSON.parse(String(requests[0]!.body));
      return [Math.max(...inputs.ids), Math.max(...inputs.mask)];
    };
    const [ids, mask] = most(null);
    assert.ok(ids === 9 && mask! > 9 && mask! < 256);
    assert.deepEqual(most(2), [1, 1]);
    assert.deepEqual(most(2, [['ids', 1]]), [0, 1]);
    assert.equal(
      refusal(() => most(2, [['y', 1]])),
      'There is no input y; the inputs are ids, mask, x',
    );
  });

  it('makes the same requests of the same seed, and different ones of one seed', () => {
    const made = signature({ alias: 'x', dtype: DType.FLOAT, shape: [-1] });
    const bodies = (seed: number) =>
      make('rest', made, seed).requests.map(({ body }) => String(body));
    assert.deepEqual(bodies(1), bodies(1));
    assert.notDeepEqual(bodies(1), bodies(2));
    assert.equal(new Set(bodies(1)).size, 16);
  });

  it('fills open dimensions by their names, then for all, and the first by the batch', () => {
    const made = signature(
      { alias: 'x', dtype: DType.FLOAT, shape: [-1, -1, -1] },
      { alias: 'y', dtype: DType.FLOAT, shape: [] },
      { alias: 'z', dtype: DType.FLOAT, shape: null },
    );
    const named = { ...open, named: new Map([['x.2', 5]]) };
    const { inputs, rows } = make('grpc', made, 1, named);
    assert.deepEqual(inputs, ['x float [2,3,5]', 'y float []', 'z float [2]']);
    assert.equal(rows, 2);
  });

  it('counts one row where no first dimension is open', () => {
    assert.equal(make('grpc', signature({ alias: 'x', dtype: DType.FLOAT, shape: [4] })).rows, 1);
  });

  const fixed = signature({ alias: 'x', dtype: DType.FLOAT, shape: [-1, 4] });
  const sized = (name: string, size: number) => ({ ...open, named: new Map([[name, size]]) });

  it('refuses sizes of dimensions that there are not, that are fixed, or too large', () => {
    assert.equal(
      refusal(() => make('rest', fixed, 1, sized('y.1', 3))),
      'There is no dimension y.1; the inputs are x [?,4]',
    );
    assert.equal(
      refusal(() => make('rest', fixed, 1, sized('x.1', 3))),
      'The dimension 1 of the input x is 4 in the signature ([?,4]), not 3',
    );
    assert.match(
      refusal(() => make('rest', fixed, 1, sized('x.0', 2 ** 30))),
      /^The input x would be too large: /,
    );
  });

  it('refuses types that nobody can send', () => {
    const resource = signature({ alias: 'r', dtype: DType.RESOURCE, shape: [] });
    assert.match(
      refusal(() => make('grpc', resource)),
      /^The input r is a DT_RESOURCE, which no client can make$/,
    );
    const complex = signature({ alias: 'c', dtype: DType.COMPLEX64, shape: [-1] });
    assert.match(
      refusal(() => make('rest', complex)),
      /which REST cannot say: use gRPC$/,
    );
    assert.equal(make('grpc', complex).rows, 2);
  });
});

/** The number behind the 16 bits of half and bfloat16; others as they are. */
function fromBits(dtype: number, value: number): number {
  if (dtype === DType.BFLOAT16) return new Float32Array(Uint32Array.of(value << 16).buffer)[0]!;
  if (dtype !== DType.HALF || value === 0) return value;
  return 2 ** ((value >> 10) - 15) * (1 + (value & 0x3ff) / 1024);
}
