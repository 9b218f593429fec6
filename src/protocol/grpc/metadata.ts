import { invalidArgument } from '../../status/index.ts';
import type { GrpcHeaders } from './exchange.ts';

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The values of a binary header field (a name that ends in `-bin`), in order: base64 with or without
 * padding, several values in one field separated by commas.
 * @throws StatusError INVALID_ARGUMENT for anything that is not base64.
 */
export function readBinaryMetadata(metadata: GrpcHeaders, name: string): Uint8Array[] {
  const field = metadata[name];
  if (field === undefined) return [];
  const values: Uint8Array[] = [];
  for (const part of (Array.isArray(field) ? field.join(',') : field).split(',')) {
    const text = part.trim();
    if (!base64.test(text)) throw invalidArgument(`Metadata field ${name} is not base64`);
    values.push(Buffer.from(text, 'base64'));
  }
  return values;
}

/** Bytes as the value of a binary header field, without padding as the gRPC protocol advises. */
export function writeBinaryMetadata(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    .toString('base64')
    .replace(/=+$/, '');
}
