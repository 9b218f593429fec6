import type { FlagSpec } from './flag.ts';
import { maxInt32, ofServal, sets } from './flag-rows.ts';

const milliseconds = { range: [1, maxInt32] } as const;
const orNone = { ...milliseconds, defaultText: '2147483647 (no limit)' };
const count = { range: [0, maxInt32] } as const;

/** How long connections of gRPC live, and how clients that have gone are found; named and meant as the channel arguments of gRPC. */
export const grpcConnectionFlags: readonly FlagSpec[] = ofServal(
  'Limits',
  [
    'grpc_max_connection_age_ms',
    'int32',
    maxInt32,
    sets('grpcMaxConnectionAgeMs'),
    'Ms (give or take a tenth) after which a gRPC connection is ended without losing a call, so that clients spread anew',
    orNone,
  ],
  [
    'grpc_max_connection_age_grace_ms',
    'int32',
    maxInt32,
    sets('grpcMaxConnectionAgeGraceMs'),
    'Ms that calls of such a connection then have before they are cut off',
    orNone,
  ],
  [
    'grpc_max_connection_idle_ms',
    'int32',
    maxInt32,
    sets('grpcMaxConnectionIdleMs'),
    'Ms (give or take a tenth) without a call after which a gRPC connection is ended',
    orNone,
  ],
  [
    'grpc_keepalive_time_ms',
    'int32',
    7_200_000,
    sets('grpcKeepaliveTimeMs'),
    'Ms of silence after which a gRPC client with a call under way is pinged; 2147483647: never',
    milliseconds,
  ],
  [
    'grpc_keepalive_timeout_ms',
    'int32',
    20_000,
    sets('grpcKeepaliveTimeoutMs'),
    'Ms that it then has to answer before its connection is closed',
    milliseconds,
  ],
  [
    'grpc_keepalive_permit_without_calls',
    'bool',
    false,
    sets('grpcKeepalivePermitWithoutCalls'),
    'Ping gRPC clients without a call too, and let them ping',
  ],
  [
    'grpc_http2_min_ping_interval_without_data_ms',
    'int32',
    300_000,
    sets('grpcHttp2MinPingIntervalWithoutDataMs'),
    'Ms that must lie between two pings of a gRPC client to which nothing is sent meanwhile; without a call: two hours',
    count,
  ],
  [
    'grpc_http2_max_ping_strikes',
    'int32',
    2,
    sets('grpcHttp2MaxPingStrikes'),
    'Pings that come too early until a gRPC connection is closed for too_many_pings; 0: any number',
    count,
  ],
);
