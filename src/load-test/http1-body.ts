const endOfLine = Buffer.from('\r\n');

/** Bytes of a reply's body; null: it comes in chunks. @param head in lower case */
export function bodyLength(head: string): number | null {
  const [, length] = /\r\ncontent-length: *(\d+)/.exec(head) ?? [];
  if (length !== undefined) return Number(length);
  return /\r\ntransfer-encoding: *chunked/.test(head) ? null : 0;
}

/**
 * A body that came in chunks (RFC 9112, 7.1), joined; null while some of it is missing.
 *
 * @param from where the first chunk begins
 */
export function unchunked(bytes: Buffer, from: number): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf(endOfLine, at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + endOfLine.length;
    if (!(size > 0)) return bytes.indexOf(endOfLine, start) < 0 ? null : Buffer.concat(parts);
    if (start + size > bytes.length) return null;
    parts.push(bytes.subarray(start, start + size));
    at = start + size + endOfLine.length;
  }
}
