/**
 * The longest request line and header fields that are read here, in bytes: each connection keeps
 * those of its last request.
 */
export const mostPlainHeadBytes = 4096;

/** Digits of a body's length that are read. */
const mostBodyDigits = 9;

const Char = {
  TAB: 0x09,
  LF: 0x0a,
  CR: 0x0d,
  SPACE: 0x20,
  SLASH: 0x2f,
  ZERO: 0x30,
  NINE: 0x39,
  COLON: 0x3a,
  TILDE: 0x7e,
} as const;

/** Request lines that are read here, up to the target. */
const methods = [
  { method: 'POST', start: Buffer.from('POST ') },
  { method: 'GET', start: Buffer.from('GET ') },
] as const;
const lineEnd = Buffer.from(' HTTP/1.1\r\n');
const headEnd = '\r\n\r\n';

/** For each byte that a field's name may have (RFC 9110, 5.6.2) its lower case; 0 for all others. */
const tokenChars = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") {
  tokenChars[char.charCodeAt(0)] = char.charCodeAt(0);
  tokenChars[char.toUpperCase().charCodeAt(0)] = char.charCodeAt(0);
}

/** Fields that change how a request is read or answered: what has one is not plain. */
const unusualFields: ReadonlySet<string> = new Set([
  'content-encoding',
  'expect',
  'proxy-connection',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Fields of which `node:http` takes the first where they are repeated. */
const singleFields: ReadonlySet<string> = new Set([
  ...['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host'],
  ...['if-modified-since', 'if-unmodified-since', 'last-modified', 'location', 'max-forwards'],
  ...['proxy-authorization', 'referer', 'retry-after', 'server', 'user-agent'],
]);

type Fields = Record<string, string | string[] | undefined>;

/** Request line and header fields of a plain request: see {@link readPlainHead}. */
export class PlainHead {
  readonly method: 'GET' | 'POST';
  readonly target: string;
  /** Bytes of the body. */
  readonly bodyLength: number;
  /** The head itself, up to the body. */
  readonly bytes: Buffer;
  #fields: Fields | null = null;

  /** @param bytes kept, so they must not change. */
  constructor(method: 'GET' | 'POST', target: string, bodyLength: number, bytes: Buffer) {
    this.method = method;
    this.target = target;
    this.bodyLength = bodyLength;
    this.bytes = bytes;
  }

  /** Bytes of the head itself. */
  get length(): number {
    return this.bytes.length;
  }

  /** Whether a request begins with the same head: most clients send one head again and again. */
  isAtStartOf(bytes: Buffer): boolean {
    const { length } = this.bytes;
    return bytes.length >= length && this.bytes.compare(bytes, 0, length) === 0;
  }

  /** The header fields in the form of `node:http`. */
  get fields(): Readonly<Fields> {
    this.#fields ??= fieldsOf(this.bytes.toString('latin1'));
    return this.#fields;
  }
}

/**
 * Reads the head of a request that is plain: GET or POST in HTTP/1.1, every byte of it visible
 * ASCII or a space, a body of known length or none, nothing said that changes how it is to be read
 * or answered. Everything else, all that is wrong included, is left to the parser of `node:http`.
 *
 * @param bytes what was received
 * @param limit the longest head, in bytes
 * @returns null for what is not plain; 'incomplete' for what may become it.
 */
export function readPlainHead(bytes: Buffer, limit: number): PlainHead | 'incomplete' | null {
  const known = methods.find(({ start }) => startsWith(bytes, 0, start));
  if (known === undefined) return null;
  const end = bytes.indexOf(headEnd);
  if (end < 0) return bytes.length < limit ? 'incomplete' : null;
  if (end + headEnd.length > limit) return null;

  const { method, start } = known;
  let p = start.length;
  if (bytes[p] !== Char.SLASH) return null;
  while (bytes[p]! > Char.SPACE && bytes[p]! <= Char.TILDE) p++;
  const target = bytes.toString('latin1', start.length, p);
  if (!startsWith(bytes, p, lineEnd)) return null;
  p += lineEnd.length;

  let bodyLength = -1;
  // Every line ends in a line break, the last of them at `end`.
  while (p < end) {
    const nameStart = p;
    while (tokenChars[bytes[p]!] !== 0) p++;
    const nameEnd = p;
    if (nameEnd === nameStart || bytes[p++] !== Char.COLON) return null;
    while (bytes[p] === Char.SPACE || bytes[p] === Char.TAB) p++;
    const valueStart = p;
    while (isValueChar(bytes[p]!)) p++;
    if (bytes[p] !== Char.CR || bytes[p + 1] !== Char.LF) return null;
    const meaning = readField(bytes, nameStart, nameEnd, valueStart, p);
    if (meaning === unusual || (meaning >= 0 && bodyLength >= 0)) return null;
    if (meaning >= 0) bodyLength = meaning;
    p += 2;
  }
  // What a POST without a length means, and a GET with one, is left to others.
  if ((method === 'POST') !== bodyLength >= 0) return null;
  const head = Buffer.from(bytes.subarray(0, end + headEnd.length));
  return new PlainHead(method, target, Math.max(0, bodyLength), head);
}

/** As far as the bytes go. */
function startsWith(bytes: Buffer, at: number, expected: Buffer): boolean {
  const length = Math.min(expected.length, bytes.length - at);
  for (let i = 0; i < length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

function isValueChar(byte: number): boolean {
  return (byte >= Char.SPACE && byte <= Char.TILDE) || byte === Char.TAB;
}

const ordinary = -1;
const unusual = -2;

/** @returns the length of the body where the field tells it */
function readField(
  bytes: Buffer,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
): number {
  // The shortest name of those that matter, and the longest.
  const length = nameEnd - nameStart;
  if (length < 6 || length > 17) return ordinary;
  const name = bytes.toString('latin1', nameStart, nameEnd).toLowerCase();
  if (name === 'content-length') return readLength(bytes, valueStart, valueEnd);
  if (name === 'connection') {
    const value = bytes.toString('latin1', valueStart, valueEnd).toLowerCase();
    return value === 'keep-alive' ? ordinary : unusual;
  }
  return unusualFields.has(name) ? unusual : ordinary;
}

function readLength(bytes: Buffer, start: number, end: number): number {
  if (start === end || end - start > mostBodyDigits) return unusual;
  let length = 0;
  for (let i = start; i < end; i++) {
    const c = bytes[i]!;
    if (c < Char.ZERO || c > Char.NINE) return unusual;
    length = length * 10 + (c - Char.ZERO);
  }
  return length;
}

function fieldsOf(head: string): Fields {
  const fields: Fields = {};
  const lines = head.split('\r\n');
  for (let i = 1; i < lines.length - 2; i++) {
    const line = lines[i]!;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
    const before = fields[name];
    if (name === 'set-cookie') {
      if (Array.isArray(before)) before.push(value);
      else fields[name] = [value];
    } else if (before === undefined) {
      fields[name] = value;
    } else if (!singleFields.has(name)) {
      fields[name] = `${String(before)}${name === 'cookie' ? '; ' : ', '}${value}`;
    }
  }
  return fields;
}
