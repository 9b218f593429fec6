import type { ConnectionLimits } from '../http2/index.ts';

/** Limits of one HTTP/2 connection that an operator may want to change. */
export type Http2Limits = Omit<
  ConnectionLimits,
  'maxFieldBytes' | 'streamWindow' | 'connectionWindow' | 'maxFrameBytes'
>;

/**
 * Wide enough for every client that TFS serves (it has no limits), narrow enough for floods: a
 * client that lets all its calls run into short deadlines resets hundreds of streams a second.
 */
export const defaultHttp2Limits: Http2Limits = {
  maxConcurrentStreams: 4096,
  streamResetBurst: 10_000,
  streamResetsPerSecond: 1000,
  replyStallMs: 60_000,
  prefaceTimeoutMs: 60_000,
  // The rest is what a gRPC server does by default.
  maxAgeMs: Number.POSITIVE_INFINITY,
  maxAgeGraceMs: Number.POSITIVE_INFINITY,
  maxIdleMs: Number.POSITIVE_INFINITY,
  keepaliveMs: 7_200_000,
  keepaliveTimeoutMs: 20_000,
  keepaliveWithoutCalls: false,
  minPingIntervalMs: 300_000,
  maxPingStrikes: 2,
};

/** Many times what gRPC metadata is by default allowed to be in any client. */
const maxFieldBytes = 64 << 10;

/**
 * Flow-control windows. Tensors of megabytes should arrive without waiting for window updates, and
 * one call must not starve the others on its connection.
 */
const streamWindow = 8 << 20;
const connectionWindow = 32 << 20;

/** Larger frames mean fewer headers to parse for large tensors; the default is 16 KiB. */
const maxFrameBytes = 1 << 20;

export function connectionLimits(limits: Http2Limits): ConnectionLimits {
  return { ...limits, maxFieldBytes, streamWindow, connectionWindow, maxFrameBytes };
}
