import { maskedCrc32c } from '../util/index.ts';
import { footerSize, headerSize, lengthSize } from './layout.ts';

/** One record with its framing (spec 8), in memory of its own: a copy of `payload`. */
export function encodeTfRecord(payload: Uint8Array): Uint8Array {
  const record = Buffer.allocUnsafe(headerSize + payload.length + footerSize);
  record.writeBigUInt64LE(BigInt(payload.length), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, lengthSize)), lengthSize);
  record.set(payload, headerSize);
  record.writeUInt32LE(maskedCrc32c(payload), headerSize + payload.length);
  return record;
}
