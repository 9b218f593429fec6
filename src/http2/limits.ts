import type { PingRules } from './ping-guard.ts';
import type { UpkeepTimes } from './upkeep.ts';

/** What one connection of a client may take. */
export interface ConnectionLimits extends UpkeepTimes, PingRules {
  /** Requests at once; a client waits with more. */
  readonly maxConcurrentStreams: number;
  /** Streams reset by the client, or through its fault: this many in a burst … */
  readonly streamResetBurst: number;
  /** … and this many a second on average, before the connection is closed. */
  readonly streamResetsPerSecond: number;
  /** Bytes of one request that may be on their way, and of all requests together. */
  readonly streamWindow: number;
  readonly connectionWindow: number;
  /** Payload of one frame, in bytes. */
  readonly maxFrameBytes: number;
  /** Header fields of one request, with 32 bytes for each (RFC 9113, 6.5.2). */
  readonly maxFieldBytes: number;
  /** A client that has not said what it speaks after so many ms loses its connection. */
  readonly prefaceTimeoutMs: number;
  /** A client that takes nothing of a reply for this long loses it, in ms. 0: no limit. */
  readonly replyStallMs: number;
}
