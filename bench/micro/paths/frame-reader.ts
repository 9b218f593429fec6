import assert from 'node:assert/strict';
import { FrameReader } from '../../../src/protocol/grpc/frame-reader.ts';
import type { MicroPath } from '../micro-path.ts';

const length = 60;
const chunkLength = 65;

/** Cutting a gRPC message of 60 bytes out of the chunk that holds it. */
export const path: MicroPath = {
  unit: 'message',
  unitsPerCall: 1,
  calls: 5000,
  prepare() {
    const framed = Buffer.alloc(5 + length, 'a');
    framed[0] = 0;
    framed.writeUInt32BE(length, 1);
    const chunks = Array.from({ length: Math.ceil(framed.length / chunkLength) }, (_, i) =>
      framed.subarray(i * chunkLength, (i + 1) * chunkLength),
    );
    const read = () => {
      const reader = new FrameReader(2 ** 31 - 1);
      for (const chunk of chunks) reader.push(chunk);
      return reader.shift();
    };
    assert.equal(read()?.bytes.length, length);
    return read;
  },
};
