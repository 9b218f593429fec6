import assert from 'node:assert/strict';
import { HpackEncoder } from '../../../src/http2/hpack/encoder.ts';
import { HpackDecoder } from '../../../src/http2/index.ts';
import type { MicroPath } from '../micro-path.ts';

/** Writing of a block that was not prepared: the end of a call that failed. */
export const path: MicroPath = {
  unit: 'block',
  unitsPerCall: 1,
  calls: 5000,
  prepare() {
    const encoder = new HpackEncoder();
    const encode = () =>
      encoder.encode({ 'grpc-status': '5', 'grpc-message': 'Servable not found for request' });
    const fields: string[] = [];
    new HpackDecoder().decode(encode(), (name, value) => fields.push(`${name}: ${value}`));
    assert.deepEqual(fields, ['grpc-status: 5', 'grpc-message: Servable not found for request']);
    return encode;
  },
};
