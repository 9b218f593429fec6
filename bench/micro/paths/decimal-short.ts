import assert from 'node:assert/strict';
import { DecimalReader } from '../../../src/protocol/rest/json/decimal.ts';
import { seededRandom } from '../../../src/util/index.ts';
import type { MicroPath } from '../micro-path.ts';

const count = 1000;

/** Reading of decimals with four digits. */
export const path: MicroPath = {
  unit: 'number',
  unitsPerCall: count,
  calls: 40,
  prepare() {
    const random = seededRandom(1);
    const values = Array.from({ length: count }, () => Math.round(random() * 1e4) / 1e4);
    const json = Buffer.from(`${values.join(' ')} `);
    const reader = new DecimalReader();
    const readAll = () => {
      let sum = 0;
      for (let at = 0; at < json.length; at++) {
        at = reader.read(json, at, true);
        sum += Math.fround(reader.value);
      }
      return sum;
    };
    assert.equal(
      readAll(),
      values.reduce((sum, value) => sum + Math.fround(value), 0),
    );
    return readAll;
  },
};
