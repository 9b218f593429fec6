import { promisify } from 'node:util';
import { constants, deflate, deflateSync, gzip, gzipSync } from 'node:zlib';
import { internal, resourceExhausted, unimplemented } from '../../status/index.ts';
import {
  type ByteShare,
  type CompressedFormat,
  inflate,
  joinBytes,
  overBudget,
} from '../../util/index.ts';
import type { GrpcHeaders } from './exchange.ts';
import type { Frame } from './frame.ts';

export type MessageEncoding = 'identity' | CompressedFormat;

/** The value of `grpc-accept-encoding` in every reply. */
export const acceptedEncodings = 'identity,deflate,gzip';

/** Replies shorter than this gain nothing from compression. */
const shortestCompressed = 1 << 10;
/** Replies up to this length are compressed on the event loop, in well under 1 ms. */
const inlineLength = 16 << 10;
/** Tensors compress badly: the fastest level gives most of what can be had. */
const options = { level: constants.Z_BEST_SPEED };

const deflateLater = promisify(deflate);
const gzipLater = promisify(gzip);

/**
 * The encoding of a call's compressed messages, from its `grpc-encoding`.
 * @throws StatusError UNIMPLEMENTED for one we don't have; the reply names those we do.
 */
export function messageEncoding(headers: GrpcHeaders): MessageEncoding {
  const value = headers['grpc-encoding'];
  if (value === undefined || value === 'identity') return 'identity';
  if (value === 'gzip' || value === 'deflate') return value;
  throw unimplemented(
    `Message encoding ${String(value).slice(0, 40)} is not supported; supported: ${acceptedEncodings}`,
  );
}

/**
 * A message as its sender wrote it; synchronous for uncompressed and for small ones. What inflating
 * took from `share` is the length of the result, and the caller's to give back.
 * @throws StatusError INTERNAL for a compressed message without an encoding or not of it,
 * RESOURCE_EXHAUSTED over the limit, UNAVAILABLE over the budget.
 */
export function decompress(
  frame: Frame,
  encoding: MessageEncoding,
  maxMessageBytes: number,
  share: ByteShare,
): Uint8Array | Promise<Uint8Array> {
  if (encoding === 'identity') {
    throw internal('A message is marked as compressed, but the call has no grpc-encoding');
  }
  const check = (result: Awaited<ReturnType<typeof inflate>>): Uint8Array => {
    switch (result) {
      case 'corrupt':
        throw internal(`A message marked as compressed is not valid ${encoding}`);
      case 'too-large':
        throw resourceExhausted(
          `SERVER: Received message larger than max (more than ${maxMessageBytes} after decompression vs. ${maxMessageBytes})`,
        );
      case 'over-budget':
        throw overBudget(share);
      default:
        return result;
    }
  };
  const inflated = inflate(joinBytes(frame.bytes), encoding, maxMessageBytes, share);
  return inflated instanceof Promise ? inflated.then(check) : check(inflated);
}

/**
 * The encoding of a call's reply. We compress only for a client that compressed its own request (it
 * says that its bandwidth is scarcer than time) and that accepts the same encoding; TFS never
 * compresses by itself, and tensors gain little.
 */
export function replyEncoding(
  requestWasCompressed: boolean,
  encoding: MessageEncoding,
  headers: GrpcHeaders,
  replyLength: number,
): MessageEncoding {
  if (!requestWasCompressed || replyLength < shortestCompressed) return 'identity';
  const accepted = headers['grpc-accept-encoding'];
  if (typeof accepted !== 'string') return 'identity';
  return accepted.split(',').some((name) => name.trim() === encoding) ? encoding : 'identity';
}

/** Compresses a reply; larger ones off the event loop. */
export function compress(
  bytes: Uint8Array,
  encoding: CompressedFormat,
): Uint8Array | Promise<Uint8Array> {
  if (bytes.length <= inlineLength) {
    return encoding === 'gzip' ? gzipSync(bytes, options) : deflateSync(bytes, options);
  }
  return encoding === 'gzip' ? gzipLater(bytes, options) : deflateLater(bytes, options);
}
