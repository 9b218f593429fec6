/** One request, as it is sent again and again. */
export interface PreparedRequest {
  /** The body of a POST over REST; the serialized message, without its frame, over gRPC. */
  readonly body: Uint8Array;
  /** REST: the path. gRPC: the path of the method. */
  readonly path: string;
  readonly contentType: string;
  /** gRPC: the time that the server is told it has, in whole ms; absent: as long as it takes. */
  readonly timeoutMs?: number;
  /** Body or message of the only right answer, to the byte; null where every answer is right that is no error. */
  readonly answer: Uint8Array | null;
}

/** What is wrong with the body or message of an answer; null if nothing. */
export function wrongAnswer(request: PreparedRequest, answer: Buffer): string | null {
  if (request.answer === null || answer.equals(request.answer)) return null;
  return `a wrong answer: ${answer.toString('latin1', 0, 500)}`;
}
