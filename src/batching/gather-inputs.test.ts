import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DType,
  dtypeInfo,
  elementCount,
  heapAllocator,
  type NumericTensor,
  type Shape,
  type StringTensor,
  type Tensor,
} from '../tensor/index.ts';
import { HeapJoiner } from '../tensor/testing/heap-joiner.ts';
import { randomFrom } from '../util/testing/random.ts';
import { gatherInputs, groupByShape, rowsOf } from './index.ts';

const pick = randomFrom(11);
const whole = (below: number) => Math.floor(pick() * below);

/** Numbers that differ, or strings of any length; behind bytes and offsets that are not the tensor's. */
function tensorOf(dtype: DType, shape: Shape): Tensor {
  const count = elementCount(shape);
  if (dtype === DType.STRING) {
    const texts = Array.from({ length: count }, () => 'é'.repeat(whole(30)) + whole(1000));
    const bytes = Buffer.from(`head${texts.join('')}`);
    const offsets = new Float64Array(count + 1).fill(4);
    texts.forEach((text, i) => {
      offsets[i + 1] = offsets[i]! + Buffer.byteLength(text);
    });
    return { dtype, shape, bytes, offsets } satisfies StringTensor;
  }
  const tensor = heapAllocator.allocate(dtype as NumericTensor['dtype'], shape);
  const bytes = new Uint8Array(tensor.data.buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = whole(256);
  return tensor;
}

/** The elements of a tensor as texts, to be compared whatever their type. */
function elementsOf(tensor: Tensor): string[] {
  if ('offsets' in tensor) {
    const { bytes, offsets } = tensor;
    return Array.from({ length: offsets.length - 1 }, (_, i) =>
      Buffer.from(bytes.subarray(offsets[i], offsets[i + 1])).toString('hex'),
    );
  }
  const { size } = dtypeInfo(tensor.dtype);
  const { buffer, byteOffset, byteLength } = tensor.data;
  const bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return Array.from({ length: byteLength / size }, (_, i) =>
    bytes.toString('hex', i * size, (i + 1) * size),
  );
}

/** What joining is, element by element. */
function expected(
  parts: readonly Tensor[],
  extraRows: number,
): { shape: number[]; elements: string[] } {
  const shape = parts[0]!.shape.map((_, axis) =>
    Math.max(...parts.map((part) => part.shape[axis]!)),
  );
  const inRow = elementCount(shape.slice(1));
  const elements: string[] = [];
  let extra: string[] = [];
  for (const part of parts) {
    const own = elementsOf(part);
    const begin = elements.length;
    for (let at = 0; at < part.shape[0]! * inRow; at++) {
      let rest = at;
      const index = [...shape.keys()].reverse().map((axis) => {
        const size = axis === 0 ? Number.POSITIVE_INFINITY : shape[axis]!;
        const i = rest % size;
        rest = Math.floor(rest / size);
        return i;
      });
      index.reverse();
      const isInside = index.every((i, axis) => i < part.shape[axis]!);
      const source = index.reduce((sum, i, axis) => sum * part.shape[axis]! + i, 0);
      elements.push(isInside ? own[source]! : own[0]!);
    }
    if (part.shape[0]! > 0) extra = elements.slice(begin, begin + inRow);
  }
  for (let i = 0; i < extraRows; i++) elements.push(...extra);
  shape[0] = parts.reduce((sum, part) => sum + part.shape[0]!, extraRows);
  return { shape, elements };
}

function gather(
  inputs: readonly (readonly Tensor[])[],
  extraRows: number,
  joiner: HeapJoiner | null,
): readonly Tensor[] {
  const sources = inputs.map((tensors) => ({ inputs: tensors, isGone: () => false }));
  const steps = gatherInputs(sources, extraRows, heapAllocator, joiner);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value!;
  }
}

const dtypes = [DType.FLOAT, DType.INT64, DType.HALF, DType.COMPLEX64, DType.BOOL, DType.STRING];

describe('inputs of a batch', () => {
  test('are the rows of all pieces in their order, and the row that is repeated', () => {
    for (let round = 0; round < 300; round++) {
      const behind = Array.from({ length: whole(3) }, () => whole(4));
      const rows = Array.from({ length: 1 + whole(5) }, () => whole(4));
      rows[0] = 1 + whole(3);
      const inputs = rows.map((count) =>
        dtypes.map((dtype) => tensorOf(dtype, [count, ...behind])),
      );
      const extraRows = whole(4);
      const gathered = gather(inputs, extraRows, round % 2 === 0 ? null : new HeapJoiner());
      for (const [i, tensor] of gathered.entries()) {
        const of = inputs.map((tensors) => tensors[i]!);
        const { shape, elements } = expected(of, extraRows);
        assert.deepEqual(tensor.shape, shape);
        assert.deepEqual(elementsOf(tensor), elements);
      }
    }
  });

  test('are padded to the largest of each dimension with the first element of their own', () => {
    for (let round = 0; round < 300; round++) {
      const rank = 2 + whole(3);
      const inputs = Array.from({ length: 1 + whole(4) }, () =>
        dtypes.map((dtype) =>
          tensorOf(
            dtype,
            Array.from({ length: rank }, () => 1 + whole(4)),
          ),
        ),
      ).map((tensors) =>
        tensors.map((t) => rowsOf(t, 0, Math.min(...tensors.map((o) => o.shape[0]!)))),
      );
      const extraRows = whole(3);
      const gathered = gather(inputs, extraRows, round % 2 === 0 ? null : new HeapJoiner());
      for (const [i, tensor] of gathered.entries()) {
        const { shape, elements } = expected(
          inputs.map((tensors) => tensors[i]!),
          extraRows,
        );
        assert.deepEqual(tensor.shape, shape);
        assert.deepEqual(elementsOf(tensor), elements);
      }
    }
  });

  test('large ones are copied in steps', () => {
    const inputs = [1, 2].map(() => [tensorOf(DType.FLOAT, [3, 40_000])]);
    const sources = inputs.map((tensors) => ({ inputs: tensors, isGone: () => false }));
    const steps = gatherInputs(sources, 0, heapAllocator);
    let count = 0;
    for (let step = steps.next(); step.done !== true; step = steps.next()) count++;
    assert.ok(count >= 8, `${count} steps`);
  });

  test('strings are copied once, where the engine reads them', () => {
    const inputs = [1, 3, 2].map((rows) => [tensorOf(DType.STRING, [rows, 2])]);
    const joiner = new HeapJoiner();
    const [joined] = gather(inputs, 0, joiner) as [StringTensor];
    const sent = inputs.flatMap(([tensor]) => elementsOf(tensor!).join(''));
    assert.equal(joiner.copiedBytes, sent.join('').length / 2);
    assert.equal(joined.bytes.length, joiner.copiedBytes);
  });

  test('nothing is read of a source that has gone', () => {
    for (const [dtype, joiner] of [
      [DType.FLOAT, null],
      [DType.STRING, null],
      [DType.STRING, new HeapJoiner()],
    ] as const) {
      for (const shapes of [
        [
          [2, 2],
          [2, 2],
        ],
        [
          [2, 2],
          [2, 3],
        ],
      ]) {
        const tensors = shapes.map((shape) => tensorOf(dtype, shape));
        let isGone = false;
        const sources = tensors.map((tensor) => ({ inputs: [tensor], isGone: () => isGone }));
        const steps = gatherInputs(sources, 0, heapAllocator, joiner);
        steps.next();
        isGone = true;
        for (const tensor of tensors) {
          const { buffer } = 'offsets' in tensor ? tensor.bytes : tensor.data;
          if (dtype !== DType.STRING) (buffer as ArrayBuffer).transfer(0);
        }
        let step = steps.next();
        while (step.done !== true) step = steps.next();
        assert.equal(step.value, null);
      }
    }
  });
});

describe('rows of a tensor', () => {
  test('are views on its memory', () => {
    const numbers = tensorOf(DType.COMPLEX64, [5, 3]) as NumericTensor;
    const part = rowsOf(numbers, 1, 3) as NumericTensor;
    assert.equal(part.data.buffer, numbers.data.buffer);
    assert.deepEqual(part.shape, [2, 3]);
    assert.deepEqual(elementsOf(part), elementsOf(numbers).slice(3, 9));
    const strings = tensorOf(DType.STRING, [4, 2]) as StringTensor;
    const some = rowsOf(strings, 2, 4) as StringTensor;
    assert.equal(some.bytes, strings.bytes);
    assert.deepEqual(elementsOf(some), elementsOf(strings).slice(4));
    assert.equal(rowsOf(strings, 0, 4), strings);
    assert.deepEqual(elementsOf(rowsOf(strings, 1, 1)), []);
  });
});

describe('groups by shape', () => {
  const group = (shapes: readonly (readonly [DType, ...number[]])[], pads: boolean) =>
    groupByShape(
      shapes.map(([dtype, ...shape], i) => ({ i, inputs: [tensorOf(dtype, shape)] })),
      ({ inputs }) => inputs,
      pads,
    ).map((items) => items.map(({ i }) => i));

  test('without padding: one for each type and dimensions behind the first', () => {
    const f = DType.FLOAT;
    assert.deepEqual(
      group(
        [
          [f, 1, 2],
          [f, 3, 2],
        ],
        false,
      ),
      [[0, 1]],
    );
    assert.deepEqual(
      group(
        [
          [f, 1, 2],
          [f, 1, 3],
          [f, 5, 2],
          [f, 1],
          [DType.INT32, 1, 2],
          [f, 2, 3],
        ],
        false,
      ),
      [[0, 2], [1, 5], [3], [4]],
    );
  });

  test('with padding: those that can be padded to each other', () => {
    const f = DType.FLOAT;
    assert.deepEqual(
      group(
        [
          [f, 1, 2],
          [f, 1, 3],
          [f, 0, 2],
          [f, 2, 0],
          [f, 1],
          [f, 4, 9],
        ],
        true,
      ),
      [[0, 1, 5], [2], [3], [4]],
    );
    const thin = (shape: Shape): Tensor => ({ dtype: f, shape, data: new Float32Array(0) });
    const items = [
      [1, 1e6, 1],
      [1, 1, 1e6],
      [2, 1, 1e6],
    ].map((shape) => [thin(shape)]);
    assert.deepEqual(
      groupByShape(items, (inputs) => inputs, true).map((group) => group.length),
      [1, 2],
      'not where it would take all memory',
    );
    const seven = [1, 1, 1, 1, 1, 1] as const;
    assert.deepEqual(
      group(
        [
          [f, 1, ...seven],
          [f, 2, ...seven],
        ],
        true,
      ),
      [[0, 1]],
    );
    assert.deepEqual(
      group(
        [
          [f, 1, ...seven],
          [f, 2, 2, ...seven.slice(1)],
        ],
        true,
      ),
      [[0], [1]],
    );
  });
});
