import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DType, elementCount, heapAllocator, type NumericTensor } from '../../tensor/index.ts';
import { numberKernel } from './number-kernel.ts';
import { Limits, Outcome } from './outcome.ts';
import { RowsReader } from './rows-reader.ts';
import { StringSink } from './string-sink.ts';
import { TensorReader } from './tensor-reader.ts';

const numbers = { kernelSource: numberKernel, lists: null };

const steps = [1, 2, 3, 7, 64, 100_000];

/** Runs a reader in steps of `step` bytes to its end. */
function finish(reader: Pick<TensorReader, 'pos' | 'run'>, step: number): Outcome {
  let outcome: Outcome = Outcome.MORE;
  const limits = new Limits(reader.pos, step);
  while (outcome === Outcome.MORE) outcome = reader.run(limits.next(reader.pos));
  return outcome;
}

function target(dtype: DType, shape: readonly number[]): NumericTensor['data'] | StringSink {
  if (dtype === DType.STRING) return new StringSink(elementCount(shape), 0);
  return heapAllocator.allocate(dtype, shape).data;
}

function values(filled: NumericTensor['data'] | StringSink): unknown[] {
  if (!(filled instanceof StringSink)) return [...filled];
  const { bytes, offsets } = filled.tensor([]);
  return [...offsets.subarray(1)].map((end, i) =>
    Buffer.from(bytes.subarray(offsets[i]!, end)).toString(),
  );
}

const blob = Buffer.from('0123456789 '.repeat(50));

const texts: readonly (readonly [string, DType, number[], unknown[]])[] = [
  [' 1.25 ', DType.FLOAT, [], [1.25]],
  ['[ 1 , 2 ,\n3 ]', DType.FLOAT, [3], [1, 2, 3]],
  ['[[[1],[2]] , [[3], [ 4.5 ]]]', DType.DOUBLE, [2, 2, 1], [1, 2, 3, 4.5]],
  ['[ [ ] , [ ] ]', DType.FLOAT, [2, 0], []],
  ['[[true , false],[false,true]]', DType.BOOL, [2, 2], [1, 0, 0, 1]],
  ['[[-1,2],[3,-4]]', DType.INT64, [2, 2], [-1n, 2n, 3n, -4n]],
  ['"a"', DType.STRING, [], ['a']],
  [
    '["a\\u00e9\\n" , "", "long, long, long, long, long, long, long, long, long, long \\\\"]',
    DType.STRING,
    [3],
    ['aé\n', '', 'long, long, long, long, long, long, long, long, long, long \\'],
  ],
  [
    '[ { "b64" : "YWJjZGVmZw==" } , {"b64":"YWJj\\/\\u0059=="},{"b64":""} ]',
    DType.STRING,
    [3],
    ['abcdefg', Buffer.from('YWJj/Y==', 'base64').toString(), ''],
  ],
  [
    `["a",{"b64":"${blob.toString('base64')}"},"\\n${blob}",{"b64":"\\u0041QID${blob.toString('base64')}"}]`,
    DType.STRING,
    [4],
    ['a', `${blob}`, `\n${blob}`, `\u0001\u0002\u0003${blob}`],
  ],
];

test('values are read alike in steps of any size', () => {
  for (const [text, dtype, shape, expected] of texts) {
    const json = Buffer.from(`${text},`);
    for (const step of steps) {
      const filled = target(dtype, shape);
      const reader = new TensorReader(json, dtype, shape, filled, numbers);
      reader.begin(0, 0);
      assert.equal(finish(reader, step), Outcome.DONE, `${text} ${step}`);
      assert.deepEqual(values(filled), expected, `${text} ${step}`);
      assert.equal(text.slice(reader.pos).trim(), '');
    }
  }
});

const failures: readonly (readonly [string, DType, number[], object])[] = [
  ['[1,2,3]', DType.FLOAT, [2], { kind: 'list-too-long', pos: 5, before: [2] }],
  ['[1]', DType.FLOAT, [2], { kind: 'list-too-short', pos: 3, before: [], size: 1 }],
  ['[[1],[2],[3]]', DType.FLOAT, [2, 1], { kind: 'list-too-long', pos: 9, before: [2] }],
  ['[[1],[2, 3]]', DType.FLOAT, [2, 1], { kind: 'list-too-long', pos: 9, before: [1, 1] }],
  ['[[1],[]]', DType.FLOAT, [2, 1], { kind: 'list-too-short', pos: 7, before: [1], size: 0 }],
  ['[[1],2]', DType.INT32, [2, 1], { kind: 'value-too-high', pos: 5, before: [1] }],
  ['[1,[2]]', DType.INT32, [2], { kind: 'list-too-deep', pos: 3, before: [1] }],
  ['[1]', DType.FLOAT, [], { kind: 'list-too-deep', pos: 0, before: [] }],
  ['[1, null]', DType.FLOAT, [2], { kind: 'type', pos: 4, before: [1] }],
  ['[1, "2"]', DType.INT64, [2], { kind: 'type', pos: 4, before: [1] }],
  ['["a", {"b64":"*"}]', DType.STRING, [2], { kind: 'base64-text', pos: 6, before: [1] }],
  ['["a", {"b64":"A"}]', DType.STRING, [2], { kind: 'base64-text', pos: 6, before: [1] }],
  ['["a", {"b64":"\\u0041"}]', DType.STRING, [2], { kind: 'base64-text', pos: 6, before: [1] }],
  ['["a", {"b64":"AA==", "c":1}]', DType.STRING, [2], { kind: 'base64-format', pos: 6 }],
  ['["a", {"b64":"A", "c":1}]', DType.STRING, [2], { kind: 'base64-format', pos: 6 }],
  ['["a", {"c":"AA=="}]', DType.STRING, [2], { kind: 'base64-format', pos: 6 }],
  ['[1.5]', DType.HALF, [1], { kind: 'type', pos: 1, before: [0] }],
];

test('failures are found at the same place in steps of any size, with memory and without', () => {
  for (const [text, dtype, shape, expected] of failures) {
    const json = Buffer.from(`${text},`);
    for (const step of steps) {
      for (const filled of dtype === DType.HALF ? [null] : [target(dtype, shape), null]) {
        const reader = new TensorReader(json, dtype, shape, filled, numbers);
        reader.begin(0, 0);
        assert.equal(finish(reader, step), Outcome.FAILED, text);
        const found = reader.failure!;
        assert.deepEqual({ ...found, ...expected }, found, `${text} ${step}`);
      }
    }
  }
});

test('a slot is where a value goes', () => {
  const filled = new Float32Array(6);
  const reader = new TensorReader(Buffer.from('[1,2],'), DType.FLOAT, [2], filled, numbers);
  reader.begin(0, 1);
  assert.equal(finish(reader, 1), Outcome.DONE);
  assert.deepEqual([...filled], [0, 0, 1, 2, 0, 0]);
});

test('rows are read alike in steps of any size', () => {
  const json = Buffer.from(
    '[ {"a" : [1,2] , "b":"p"}, {"b":"q\\n","a":[3 ,4]},{"\\u0061":[5,6],"b":{"b64":"cg=="} } ],',
  );
  for (const step of steps) {
    const a = new Float32Array(6);
    const b = new StringSink(3, 0);
    const readers = [
      new TensorReader(json, DType.FLOAT, [2], a, numbers),
      new TensorReader(json, DType.STRING, [], b, numbers),
    ];
    const rows = new RowsReader(json, 0, [Buffer.from('a'), Buffer.from('b')], readers);
    assert.equal(finish(rows, step), Outcome.DONE);
    assert.deepEqual([...a], [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(values(b), ['p', 'q\n', 'r']);
  }
});

test('rows fail where one lacks a key, has another, or is none', () => {
  for (const [text, row] of [
    ['[{"a":1},{}]', 1],
    ['[{"a":1},{"a":2},{"a":3,"c":4}]', 2],
    ['[{"a":1},5]', 1],
    ['[{"a":1},{"a":"x"}]', 1],
  ] as const) {
    const json = Buffer.from(`${text},`);
    for (const step of steps) {
      const reader = new TensorReader(json, DType.FLOAT, [], new Float32Array(3), numbers);
      const rows = new RowsReader(json, 0, [Buffer.from('a')], [reader]);
      assert.equal(finish(rows, step), Outcome.FAILED, text);
      assert.equal(rows.row, row);
    }
  }
});
