/** Error codes of HTTP/2 (RFC 9113, 7). */
export const ErrorCode = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  connectError: 10,
  enhanceYourCalm: 11,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/**
 * What the peer did that its connection cannot go on after (RFC 9113, 5.4.1). The code goes to the
 * peer in a GOAWAY frame, the text with it and to the log.
 */
export class ConnectionFault extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'ConnectionFault';
    this.code = code;
  }
}

export function protocolFault(message: string): ConnectionFault {
  return new ConnectionFault(ErrorCode.protocolError, message);
}

export function frameSizeFault(what: string): ConnectionFault {
  return new ConnectionFault(ErrorCode.frameSizeError, `${what} frame of a wrong size`);
}
