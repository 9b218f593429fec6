import { Code, type StatusError } from '../../status/index.ts';
import type { GrpcHeaders } from './exchange.ts';

/** Longest error text in bytes before `...TRUNCATED` is put behind it (spec 6.1). */
const maxMessageBytes = 1024;
const truncationMark = '...TRUNCATED';

/** The trailers of a call that went well. */
export const okTrailers: GrpcHeaders = Object.freeze({ 'grpc-status': String(Code.OK) });

/** The trailers that carry an error to the client: its code and text, never its cause. */
export function errorTrailers(error: StatusError): Record<string, string> {
  const trailers: Record<string, string> = { 'grpc-status': String(error.code) };
  if (error.message !== '') trailers['grpc-message'] = encodeMessage(error.message);
  return trailers;
}

/**
 * A text as the value of `grpc-message`: UTF-8, cut to 1024 bytes (at the start of a character),
 * with every byte but printable ASCII and the percent sign itself percent-encoded, and so the
 * spaces at both ends: clients by RFC 9113 drop a field that has them.
 */
export function encodeMessage(message: string): string {
  if (message.length <= maxMessageBytes && plain.test(message)) return message;
  return percentEncode(truncate(Buffer.from(message)));
}

const plain = /^(?! )[\x20-\x24\x26-\x7e]*(?<! )$/;

function truncate(text: Buffer): Buffer {
  if (text.length <= maxMessageBytes) return text;
  let end = maxMessageBytes;
  while ((text[end]! & 0xc0) === 0x80) end -= 1;
  return Buffer.concat([text.subarray(0, end), Buffer.from(truncationMark)]);
}

function percentEncode(text: Buffer): string {
  let encoded = '';
  for (const byte of text) {
    encoded +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded.replace(/^ +| +$/g, (spaces) => '%20'.repeat(spaces.length));
}
