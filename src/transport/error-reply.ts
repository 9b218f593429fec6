import type { RestReply } from '../protocol/index.ts';
import { reasonPhrase } from './reason-phrase.ts';

/** A reply of the transport itself, in the form of every other error (spec 5.2). */
export function errorReply(status: number, message: string): RestReply {
  return {
    status,
    headers: { 'Content-Type': 'application/json' },
    body: `{\n    "error": ${JSON.stringify(message)}\n}`,
  };
}

/** The same as bytes for a connection whose HTTP can't be understood; it is closed after this. */
export function rawErrorReply(status: number, message: string): string {
  return rawReply(errorReply(status, message));
}

/** A reply with a text, as the bytes that end a connection. */
export function rawReply({ status, headers, body }: RestReply): string {
  return [
    `HTTP/1.1 ${status} ${reasonPhrase(status)}`,
    `Content-Type: ${headers['Content-Type']}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
