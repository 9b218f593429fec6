import type { ServerOptions } from '../config/index.ts';
import type { Http2Limits } from '../transport/index.ts';

/** What gRPC's channel arguments say for no limit. */
const noLimit = 2 ** 31 - 1;

/** The limits of a gRPC connection, as the options say them. */
export function http2Limits(options: ServerOptions): Partial<Http2Limits> {
  return {
    maxConcurrentStreams: options.maxConcurrentStreams,
    streamResetsPerSecond: options.maxStreamResetsPerSecond,
    replyStallMs: options.replyStallSeconds * 1000,
    maxAgeMs: limit(options.grpcMaxConnectionAgeMs),
    maxAgeGraceMs: limit(options.grpcMaxConnectionAgeGraceMs),
    maxIdleMs: limit(options.grpcMaxConnectionIdleMs),
    keepaliveMs: limit(options.grpcKeepaliveTimeMs),
    keepaliveTimeoutMs: limit(options.grpcKeepaliveTimeoutMs),
    keepaliveWithoutCalls: options.grpcKeepalivePermitWithoutCalls,
    minPingIntervalMs: options.grpcHttp2MinPingIntervalWithoutDataMs,
    maxPingStrikes: options.grpcHttp2MaxPingStrikes,
  };
}

const limit = (milliseconds: number): number =>
  milliseconds === noLimit ? Number.POSITIVE_INFINITY : milliseconds;
