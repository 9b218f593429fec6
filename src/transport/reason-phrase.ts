import { STATUS_CODES } from 'node:http';

/** Where TFS says something else than Node.js: the phrases of RFC 2616 (spec 5.2). */
const phrases: Readonly<Record<number, string>> = {
  302: 'Found',
  408: 'Request Time-out',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  416: 'Requested range not satisfiable',
  429: 'Client Error',
  499: 'Client Error',
  504: 'Gateway Time-out',
  505: 'HTTP Version not supported',
};

/** The text behind the number in a status line. */
export function reasonPhrase(status: number): string {
  return phrases[status] ?? STATUS_CODES[status] ?? 'Unknown';
}
