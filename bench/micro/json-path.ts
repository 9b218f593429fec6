import assert from 'node:assert/strict';
import { signatureSpec, tensorSpec } from '../../src/inference/testing/fake-model.ts';
import { numberKernel } from '../../src/protocol/rest/number-kernel.ts';
import { readInputs, scanPredictRequest } from '../../src/protocol/rest/predict-request.ts';
import { runToEnd } from '../../src/protocol/rest/testing/run-to-end.ts';
import { DType, heapAllocator, type NumericTensor } from '../../src/tensor/index.ts';
import { seededRandom } from '../../src/util/index.ts';
import type { MicroPath } from './micro-path.ts';

const rows = 2000;
const perRow = 3;

/**
 * Decoding of a REST predict with 2,000 rows of three numbers, in the text of Python's `json.dumps`.
 *
 * @param pixel makes a number from one in [0, 1)
 */
export function jsonDecodePath(pixel: (random: number) => number): MicroPath {
  return {
    unit: 'number',
    unitsPerCall: rows * perRow,
    calls: 10,
    prepare() {
      const random = seededRandom(1);
      const values = Array.from({ length: rows }, () =>
        Array.from({ length: perRow }, () => pixel(random())),
      );
      const body = Buffer.from(JSON.stringify({ instances: values }).replaceAll(',', ', '));
      const signature = signatureSpec({
        inputs: [tensorSpec('x', DType.FLOAT, null)],
        outputs: [],
      });
      const decode = () => {
        const document = runToEnd(scanPredictRequest(body, 256, () => signature, numberKernel));
        return runToEnd(readInputs(document, signature, heapAllocator)).feeds[0] as NumericTensor;
      };
      assert.deepEqual(Array.from(decode().data as Float32Array), values.flat().map(Math.fround));
      return decode;
    },
  };
}
