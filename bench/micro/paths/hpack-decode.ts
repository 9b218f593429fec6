import assert from 'node:assert/strict';
import { HpackDecoder } from '../../../src/http2/index.ts';
import { indexedFields, rememberedField } from '../header-block.ts';
import type { MicroPath } from '../micro-path.ts';

/** `custom-key: custom-value`, compressed and to be remembered, and `:path: /sample/path` (RFC 7541, C). */
const compressed = Buffer.from('408825a849e95ba97d7f8925a849e95bb8e8b4bf', 'hex');
const plainPath = Buffer.from('040c2f73616d706c652f70617468', 'hex');

/** Reading of a block that is new each time: two fields to be remembered, one compressed, and known ones. */
export const path: MicroPath = {
  unit: 'block',
  unitsPerCall: 1,
  calls: 5000,
  prepare() {
    const post = 3;
    const http = 6;
    const block = Buffer.concat([
      indexedFields(post, http),
      plainPath,
      compressed,
      rememberedField('grpc-timeout', '997m'),
    ]);
    const decoder = new HpackDecoder();
    const fields: string[] = [];
    decoder.decode(block, (name, value) => fields.push(`${name}: ${value}`));
    assert.deepEqual(fields, [
      ':method: POST',
      ':scheme: http',
      ':path: /sample/path',
      'custom-key: custom-value',
      'grpc-timeout: 997m',
    ]);
    let count = 0;
    return () => {
      decoder.decode(block, () => {
        count++;
      });
      return count;
    };
  },
};
