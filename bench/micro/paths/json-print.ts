import assert from 'node:assert/strict';
import { printPredictReply } from '../../../src/protocol/rest/predict-reply.ts';
import { runToEnd } from '../../../src/protocol/rest/testing/run-to-end.ts';
import { DType, heapAllocator } from '../../../src/tensor/index.ts';
import { seededRandom } from '../../../src/util/index.ts';
import type { MicroPath } from '../micro-path.ts';

const rows = 1000;
const perRow = 3;

/** Printing of a REST reply with 1,000 rows of three float32 values. */
export const path: MicroPath = {
  unit: 'number',
  unitsPerCall: rows * perRow,
  calls: 10,
  prepare() {
    const random = seededRandom(1);
    const tensor = heapAllocator.allocate(DType.FLOAT, [rows, perRow]);
    for (let i = 0; i < rows * perRow; i++) tensor.data[i] = random();
    const print = () => runToEnd(printPredictReply(['y'], [tensor], 'row'));
    const { predictions } = JSON.parse(Buffer.from(print()).toString()) as {
      predictions: readonly (readonly number[])[];
    };
    assert.deepEqual(predictions.flat().map(Math.fround), Array.from(tensor.data as Float32Array));
    return print;
  },
};
