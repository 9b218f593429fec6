export type { BytePoolRow } from './byte-budget.ts';
export { ByteBudget, ByteShare, overBudget, shortestHeldReply } from './byte-budget.ts';
export type { Bytes } from './byte-chunks.ts';
export { ByteChunks, joinBytes } from './byte-chunks.ts';
export { ByteCollector } from './byte-collector.ts';
export { BytePool } from './byte-pool.ts';
export { ChunkCollector } from './chunk-collector.ts';
export type { Clock } from './clock.ts';
export { systemClock, unixMicros } from './clock.ts';
export { collectOnceIdle } from './collect-once-idle.ts';
export { CounterRows } from './counter-rows.ts';
export { crc32c, maskedCrc32c } from './crc32c.ts';
export type { SocketReader } from './direct-socket.ts';
export { DirectSocket } from './direct-socket.ts';
export { sweepIdleMemory, sweptMemory } from './idle-memory.ts';
export type { CompressedFormat, InflateFailure } from './inflate.ts';
export { inflate } from './inflate.ts';
export { nextSlice } from './next-slice.ts';
export { openForReading } from './open-for-reading.ts';
export type { PaceSignal, Steps } from './paced.ts';
export { pace } from './paced.ts';
export { releaseBytes } from './release-bytes.ts';
export { repeat } from './repeat.ts';
export { RequestIds } from './request-id.ts';
export { RunsUnderWay } from './runs-under-way.ts';
export { seededRandom } from './seeded-random.ts';
export { SpareChunks } from './spare-chunks.ts';
export { TimeSlices } from './time-slice.ts';
export { WireReader, WireType, wireTag } from './wire-reader.ts';
export {
  int64Size,
  lengthPrefixedSize,
  stringSize,
  varintSize,
  WireWriter,
} from './wire-writer.ts';
