import { promisify } from 'node:util';
import { constants, gzip, gzipSync } from 'node:zlib';
import type { RestReply } from '../protocol/index.ts';
import { type ByteBudget, ByteShare, releaseBytes, shortestHeldReply } from '../util/index.ts';

/** Replies shorter than this gain nothing from compression. */
const shortestCompressed = 1 << 10;
/** Replies up to this length are compressed on the event loop, in well under 1 ms. */
const inlineLength = 16 << 10;
/** The fastest level gives most of what can be had of lists of numbers. */
const options = { level: constants.Z_BEST_SPEED };

const gzipLater = promisify(gzip);

/** Fields of compressed replies by those of the reply: few, and the same objects mostly. */
const compressedFields = new WeakMap<RestReply['headers'], RestReply['headers']>();

/**
 * A reply as gzip where its client takes that and it is long enough, else as it is; long ones are
 * compressed off the event loop. Never rejects: what cannot be compressed is sent as it is.
 *
 * @param acceptEncoding the request's field. @param budget counts what lies in memory meanwhile.
 */
export function compressReply(
  reply: RestReply,
  acceptEncoding: string | string[] | undefined,
  budget: ByteBudget,
): RestReply | Promise<RestReply> {
  const { body } = reply;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (length < shortestCompressed || !acceptsGzip(acceptEncoding)) return reply;
  if (length <= inlineLength) return compressed(reply, gzipSync(body, options));
  return compressLater(reply, length, budget);
}

async function compressLater(
  reply: RestReply,
  length: number,
  budget: ByteBudget,
): Promise<RestReply> {
  const share = new ByteShare(budget);
  share.hold(length);
  try {
    const bytes = await gzipLater(reply.body, options);
    if (typeof reply.body !== 'string' && length >= shortestHeldReply) releaseBytes(reply.body);
    return compressed(reply, bytes);
  } catch {
    return reply;
  } finally {
    share.close();
  }
}

function compressed({ status, headers }: RestReply, body: Uint8Array): RestReply {
  let fields = compressedFields.get(headers);
  if (fields === undefined) {
    fields = Object.freeze({ ...headers, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
    compressedFields.set(headers, fields);
  }
  return { status, headers: fields, body };
}

/** Whether a client takes gzip (RFC 9110, 12.5.3): what it names counts before `*`. */
export function acceptsGzip(field: string | string[] | undefined): boolean {
  if (field === undefined) return false;
  let any = false;
  for (const item of String(field).toLowerCase().split(',')) {
    const [coding, ...parameters] = item.split(';').map((part) => part.trim());
    const isWanted = !parameters.some((parameter) => /^q\s*=\s*0(\.0*)?$/.test(parameter));
    if (coding === 'gzip' || coding === 'x-gzip') return isWanted;
    if (coding === '*') any = isWanted;
  }
  return any;
}
