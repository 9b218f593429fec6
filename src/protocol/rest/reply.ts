import { Code, type StatusError } from '../../status/index.ts';
import type { RestReply } from './exchange.ts';
import { quote } from './json/quote.ts';

/** HTTP status by canonical code (spec 5.2). */
const httpStatuses: Readonly<Record<Code, number>> = {
  [Code.OK]: 200,
  [Code.CANCELLED]: 499,
  [Code.UNKNOWN]: 500,
  [Code.INVALID_ARGUMENT]: 400,
  [Code.DEADLINE_EXCEEDED]: 504,
  [Code.NOT_FOUND]: 404,
  [Code.ALREADY_EXISTS]: 409,
  [Code.PERMISSION_DENIED]: 403,
  [Code.RESOURCE_EXHAUSTED]: 429,
  [Code.FAILED_PRECONDITION]: 400,
  [Code.ABORTED]: 409,
  [Code.OUT_OF_RANGE]: 400,
  [Code.UNIMPLEMENTED]: 501,
  [Code.INTERNAL]: 500,
  [Code.UNAVAILABLE]: 503,
  [Code.DATA_LOSS]: 500,
  [Code.UNAUTHENTICATED]: 401,
};

export const jsonHeaders: Readonly<Record<string, string>> = Object.freeze({
  'Content-Type': 'application/json',
});

export const corsHeaders: Readonly<Record<string, string>> = Object.freeze({
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'POST, GET',
  'Access-Control-Allow-Headers': 'Content-Type',
});

export function httpStatus(code: Code): number {
  return httpStatuses[code];
}

/** The reply to a request that failed (spec 5.2): the message alone, whole, without its code. */
export function errorReply({ code, message }: StatusError): RestReply {
  return {
    status: httpStatus(code),
    headers: jsonHeaders,
    body: `{\n    "error": ${quote(message)}\n}`,
  };
}

/** The answer to a method that TFS's listener does not have (spec 5.1), whatever the path. */
export function unknownMethodReply(): RestReply {
  return pageReply(501, 'Not Implemented');
}

/** The page for what is not part of the API (spec 5.1), in the words of the original. */
export function pageReply(status: number, reason: string): RestReply {
  return {
    status,
    headers: { 'Content-Type': 'text/html', Connection: 'close' },
    body:
      `<HTML><HEAD>\n<TITLE>${status} ${reason}</TITLE>\n</HEAD>` +
      `<BODY>\n<H1>${reason}</H1>\n</BODY></HTML>\n`,
  };
}
