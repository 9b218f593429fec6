import type { ServerOptions } from 'node:http2';

/** Limits of one HTTP/2 connection that an operator may want to change. */
export interface Http2Limits {
  /** Calls at once; a client waits with more. */
  readonly maxConcurrentStreams: number;
  /** Resets by the client: this many in a burst … */
  readonly streamResetBurst: number;
  /** … and this many a second on average, before the connection is closed. */
  readonly streamResetsPerSecond: number;
  /** A client that takes nothing of a large reply for this long loses it, in ms. 0: no limit. */
  readonly replyStallMs: number;
}

/**
 * Wide enough for every client that TFS serves (it has no limits), narrow enough for floods: a
 * client that lets all its calls run into short deadlines resets hundreds of streams a second.
 */
export const defaultHttp2Limits: Http2Limits = {
  maxConcurrentStreams: 4096,
  streamResetBurst: 10_000,
  streamResetsPerSecond: 1000,
  replyStallMs: 60_000,
};

/**
 * Flow-control windows. Tensors of megabytes should arrive without waiting for window updates, and
 * one call must not starve the others on its connection.
 */
const streamWindow = 8 << 20;
export const connectionWindow = 32 << 20;

/** Larger frames mean fewer headers to parse for large tensors; the default is 16 KiB. */
const maxFrameSize = 1 << 20;

/** In MB, per connection: HTTP/2's own bookkeeping, which Node.js limits to 10 by default. */
const maxSessionMemory = 256;

export function http2ServerOptions(limits: Http2Limits): ServerOptions {
  return {
    maxSessionMemory,
    streamResetBurst: limits.streamResetBurst,
    streamResetRate: limits.streamResetsPerSecond,
    settings: {
      initialWindowSize: streamWindow,
      maxFrameSize,
      maxConcurrentStreams: limits.maxConcurrentStreams,
      enablePush: false,
    },
  };
}
