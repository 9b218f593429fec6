import assert from 'node:assert/strict';
import { parseRoute } from '../../../src/protocol/rest/route.ts';
import type { MicroPath } from '../micro-path.ts';

/** Reading of the request line of a predict. */
export const path: MicroPath = {
  unit: 'request line',
  unitsPerCall: 1,
  calls: 5000,
  prepare() {
    const target = '/v1/models/half_plus_two:predict';
    assert.equal(parseRoute('POST', target).kind, 'inference');
    return () => parseRoute('POST', target);
  },
};
