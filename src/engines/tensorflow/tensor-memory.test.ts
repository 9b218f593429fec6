import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code } from '../../status/index.ts';
import { DType, dtypeInfo, type NumericTensor, type StringTensor } from '../../tensor/index.ts';
import { byteStrings, floats, stringsOf } from '../testing/tensorflow.ts';
import { locateTensorFlowLibraries } from './install/locate.ts';
import { TensorMemory } from './tensor-memory.ts';
import { loadTensorFlow } from './tensorflow-library.ts';

const numeric = Object.values(DType).filter((dtype) => dtypeInfo(dtype).array !== null);

describe('TensorMemory', () => {
  let memory: TensorMemory;
  before(async () => {
    memory = new TensorMemory(await loadTensorFlow(await locateTensorFlowLibraries()));
  });
  after(() => memory.close());

  /** What TensorFlow holds after it was fed `tensor`; it is freed by the caller's `release`. */
  function throughTensorFlow(tensor: Parameters<TensorMemory['feed']>[0], outlivesRun = false) {
    return memory.read(memory.feed(tensor, outlivesRun).address).tensor;
  }

  for (const dtype of numeric) {
    const { name, array, slots, size } = dtypeInfo(dtype);
    it(`holds ${name}`, () => {
      const raw = Uint8Array.from({ length: 6 * size }, (_, i) => (i * 7) & 1);
      const data = new array!(raw.buffer, 0, 6 * slots);
      const tensor = { dtype, shape: [2, 3], data } as NumericTensor;
      const read = throughTensorFlow(tensor) as NumericTensor;
      assert.equal(read.dtype, dtype);
      assert.deepEqual(read.shape, [2, 3]);
      assert.deepEqual(read.data, data);
    });
  }

  it('holds scalars and tensors without elements', () => {
    assert.deepEqual(throughTensorFlow(floats([], [5])).shape, []);
    const none = throughTensorFlow(floats([2, 0, 3], [])) as NumericTensor;
    assert.deepEqual([none.shape, none.data.length], [[2, 0, 3], 0]);
    const noStrings = throughTensorFlow(byteStrings([0, 4], []));
    assert.deepEqual([noStrings.shape, stringsOf(noStrings)], [[0, 4], []]);
  });

  for (const outlivesRun of [false, true]) {
    it(`holds strings that ${outlivesRun ? 'outlive' : 'end with'} the run`, () => {
      const values = [0, 5, 22, 23, 100_000].map((size) => Buffer.alloc(size, `${size}\0ü`));
      const tensor = throughTensorFlow(byteStrings([5, 1], values), outlivesRun);
      assert.deepEqual(tensor.shape, [5, 1]);
      assert.deepEqual(stringsOf(tensor), values);
    });
  }

  it('feeds its own memory without a copy', () => {
    const { tensor, native } = memory.allocate(DType.FLOAT, [257]);
    assert.ok(native !== null);
    tensor.data.set([1, 2] as never);
    const fed = memory.feed(tensor, false);
    assert.equal(fed, native);
    tensor.data.set([3] as never, 0);
    fed.release();
    assert.equal(tensor.data[0], 3);
    native.release();
    assert.equal(tensor.data.length, 0);
    assert.throws(() => memory.feed(tensor, false), {
      message: 'A tensor is used after its scope was closed',
    });
    assert.throws(() => native.release(), /after its scope/);
  });

  it('feeds joined strings without another copy, to models that keep no state', () => {
    const tensor = byteStrings([2], [Buffer.from('short'), Buffer.alloc(100_000, 'long')]);
    const parts = [
      { tensor, elements: null },
      { tensor, elements: Int32Array.of(1) },
    ];
    const { tensor: joined, native } = memory.joinStrings([3, 1], parts);
    assert.equal(native.isFilled, false);
    while (!native.isFilled) native.fillOn();
    assert.throws(() => memory.feed(joined, true), {
      code: Code.INTERNAL,
      message: 'Joined strings are fed to a model that keeps state',
    });
    const fed = memory.feed(joined, false);
    assert.equal(fed, native);
    const { shape, ...read } = memory.read(fed.address).tensor;
    assert.deepEqual(shape, [3, 1]);
    const [short, long] = stringsOf(tensor);
    assert.deepEqual(stringsOf({ shape, ...read } as StringTensor), [short, long, long]);
    assert.throws(() => memory.joinStrings([2], parts), { code: Code.INTERNAL });
  });

  it('copies small tensors, each of which has its memory for itself and for good', () => {
    const tensors: NumericTensor[] = [];
    for (let i = 0; i < 500; i++) {
      const { tensor, native } = memory.allocate(DType.DOUBLE, [i % 129]);
      assert.equal(native, null);
      (tensor.data as Float64Array).fill(i);
      const read = throughTensorFlow(tensor) as NumericTensor;
      (tensor.data as Float64Array).fill(i + 0.5);
      tensors.push(read, tensor);
    }
    for (const [i, { data, shape }] of tensors.entries()) {
      const expected = new Array<number>(shape[0]!).fill(i / 2);
      assert.deepEqual([...(data as Float64Array)], expected);
    }
  });

  it('copies part of other memory', () => {
    for (const size of [0, 1, 2, 255, 256, 257, 1000]) {
      const data = Float32Array.from({ length: size + 2 }, (_, i) => i).subarray(1, size + 1);
      const read = throughTensorFlow({ dtype: DType.FLOAT, shape: [size], data }) as NumericTensor;
      assert.deepEqual(read.data, data);
    }
  });

  it('keeps from TensorFlow the shapes that end the process', () => {
    const code = (expected: Code) => ({ code: expected });
    const allocate = (shape: number[]) => memory.allocate(DType.FLOAT, shape);
    assert.throws(() => allocate([2 ** 40, 2 ** 40]), code(Code.RESOURCE_EXHAUSTED));
    assert.throws(() => allocate([2 ** 40, 2 ** 40, 0]), code(Code.RESOURCE_EXHAUSTED));
    assert.throws(() => allocate([2 ** 45]), code(Code.RESOURCE_EXHAUSTED));
    assert.throws(() => allocate([-1]), code(Code.INVALID_ARGUMENT));
    assert.throws(() => allocate([Number.NaN]), code(Code.INVALID_ARGUMENT));
    assert.throws(() => allocate(new Array(255).fill(1)), code(Code.INVALID_ARGUMENT));
    assert.throws(() => memory.allocate(DType.RESOURCE, []), code(Code.UNIMPLEMENTED));
    assert.throws(() => memory.allocate(DType.VARIANT, []), code(Code.UNIMPLEMENTED));
    assert.equal(allocate(new Array(254).fill(1)).tensor.data.length, 1);
    memory.allocate(DType.FLOAT, [...new Array(253).fill(1), 300]).native!.release();
  });

  it('refuses tensors whose data is not what their shape says', () => {
    assert.throws(() => memory.feed(floats([3], [1, 2]), false), {
      message: 'A tensor of shape [3] has 8 bytes, not 12',
    });
    assert.throws(() => memory.feed(byteStrings([3], [Buffer.from('a')]), false), {
      message: 'A tensor of shape [3] has 1 strings',
    });
  });
});
