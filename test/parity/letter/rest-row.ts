/** Which server a row is for, where not for the usual one: `open` has CORS, metrics and a time-out. */
export type LetterServer = 'open';

/** A rule of the REST API: bytes that are sent, and what comes back. */
export interface LetterRow {
  /** Section of the contract, and what it says. */
  readonly rule: string;
  readonly server?: LetterServer;
  readonly request: string | Buffer;
  /** The status line behind the version. */
  readonly status: string;
  /** Fields that differ from those of a JSON reply on a connection that is kept; null: not there. */
  readonly fields?: Readonly<Record<string, string | null>>;
  /** Exact; a pattern where only a part is of interest. Not there for HEAD. */
  readonly body: string | RegExp;
  /** The body is no UTF-8. */
  readonly isLatin1?: true;
  /** Bytes before the reply's status line. */
  readonly before?: string;
  /** The server ends the connection. */
  readonly closes?: true;
}

/** Fields of a request, each with its line break. */
const lines = (fields: readonly string[]) => fields.map((field) => `${field}\r\n`).join('');

/** A request without a body. */
export const bare = (method: string, path: string, ...fields: string[]): string =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\n${lines(fields)}\r\n`;

/** A request with a body of known length. */
export function post(path: string, body: string | Uint8Array, ...fields: string[]): Buffer {
  const bytes = Buffer.from(body);
  const head = `POST ${path} HTTP/1.1\r\nHost: a\r\n${lines([...fields, `Content-Length: ${bytes.length}`])}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

export const half = '/v1/models/half_plus_two';
/** A body that {@link half} answers with {@link halfReply}. */
export const halfBody = '{"instances":[1]}';
export const halfReply = '{"predictions":[2.5]}';

/** The body of an error. */
export const error = (text: string): string => `{\n    "error": ${JSON.stringify(text)}\n}`;
