import { createGunzip, createInflate, gunzipSync, inflateSync } from 'node:zlib';
import type { ByteShare } from './byte-budget.ts';
import { TimeSlices } from './time-slice.ts';

/** `deflate` is the zlib format (RFC 1950), as HTTP and gRPC mean it. */
export type CompressedFormat = 'gzip' | 'deflate';

/** Why bytes could not be inflated: not of the format, over the limit, or over the budget. */
export type InflateFailure = 'corrupt' | 'too-large' | 'over-budget';

/** Input and output sizes up to which inflating on the event loop takes well under 1 ms. */
const inlineInput = 8 << 10;
const inlineOutput = 64 << 10;

/** The sizes in which larger output is produced; each piece is checked against the limits. */
const smallestPiece = 64 << 10;
const largestPiece = 16 << 20;

/**
 * Inflates `bytes`: small ones at once, others off the event loop. Output never grows beyond
 * `maxBytes` or what the budget has left by more than one piece (16 MiB).
 *
 * On success the output's length has been taken from `share` and is the caller's to give back; on
 * failure nothing stays taken. Bytes after the end of the compressed data are ignored.
 */
export function inflate(
  bytes: Uint8Array,
  format: CompressedFormat,
  maxBytes: number,
  share: ByteShare,
): Uint8Array | InflateFailure | Promise<Uint8Array | InflateFailure> {
  if (bytes.length <= inlineInput) {
    const inflateNow = format === 'gzip' ? gunzipSync : inflateSync;
    try {
      const output = inflateNow(bytes, { maxOutputLength: Math.min(inlineOutput, maxBytes + 1) });
      if (output.length > maxBytes) return 'too-large';
      return share.tryTake(output.length) ? output : 'over-budget';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return 'corrupt';
      if (maxBytes < inlineOutput) return 'too-large';
    }
  }
  return inflateInPieces(bytes, format, maxBytes, share);
}

function inflateInPieces(
  bytes: Uint8Array,
  format: CompressedFormat,
  maxBytes: number,
  share: ByteShare,
): Promise<Uint8Array | InflateFailure> {
  const options = { chunkSize: pieceSize(bytes, format) };
  const engine = format === 'gzip' ? createGunzip(options) : createInflate(options);
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const fail = (failure: InflateFailure): void => {
      share.give(length);
      length = 0;
      pieces.length = 0;
      engine.removeAllListeners('data');
      engine.destroy();
      resolve(failure);
    };
    engine.on('data', (piece: Buffer) => {
      if (length + piece.length > maxBytes) fail('too-large');
      else if (!share.tryTake(piece.length)) fail('over-budget');
      else {
        pieces.push(piece);
        length += piece.length;
      }
    });
    engine.on('end', () => resolve(pieces.length === 1 ? pieces[0]! : join(pieces, length)));
    engine.on('error', () => fail('corrupt'));
    engine.end(bytes);
  });
}

/** Bytes copied between two looks at the clock: about 20 µs, more in memory never touched before. */
const copyBytes = 32 << 10;

/** Joins large pieces without holding the event loop. */
async function join(pieces: readonly Buffer[], length: number): Promise<Uint8Array> {
  const slices = new TimeSlices();
  const joined = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += copyBytes) {
      at += piece.copy(joined, at, from, from + copyBytes);
      if (slices.due()) await slices.pause();
    }
  }
  return joined;
}

/**
 * gzip ends with the length of its content, so that one piece can hold all of it and nothing is
 * copied. The length is only a claim: it decides how the output is cut, not whether it is accepted.
 */
function pieceSize(bytes: Uint8Array, format: CompressedFormat): number {
  if (format !== 'gzip' || bytes.length < 4) return 1 << 20;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const claimed = view.getUint32(bytes.length - 4, true) + 1;
  return Math.min(Math.max(claimed, smallestPiece), largestPiece);
}
