import { crc32c, maskedCrc32c, type TimeSlices } from '../util/index.ts';
import { unsnappy } from './snappy.ts';
import { MalformedWireError, readVarint } from './wire.ts';

/** Bytes that are not a whole sorted table; the message says where. */
export class CorruptTableError extends Error {
  override readonly name = 'CorruptTableError';
}

/**
 * Visits the entries of a sorted table in LevelDB's format, as TensorFlow writes it
 * (`tensorflow/core/lib/io/table`), after checking the sums of its blocks:
 *
 *     data block … | metaindex block | index block | footer of 48 bytes
 *     block:  entry … | restart offsets and their count, 4 bytes each | compression, 1 byte | CRC, 4 bytes
 *     entry:  bytes of the key shared with the last one, own ones, bytes of the value | own key | value
 *     footer: where the metaindex block is, where the index block is | zeros up to 40 bytes | magic, 8 bytes
 *
 * Each entry of the index block has the place of a data block as its value. Keys are not put together:
 * `visit` gets a key's length only.
 *
 * @returns whether every entry was visited: those of blocks that are compressed by another way than
 *   Snappy, or to more than 4 MiB, are not.
 * @throws CorruptTableError
 */
export async function readSortedTable(
  bytes: Buffer,
  slices: TimeSlices,
  visit: (keyLength: number, value: Buffer) => void,
): Promise<boolean> {
  const index = await readBlock(bytes, indexPlace(bytes), slices);
  if (index === null) return false;
  let readAll = true;
  let end = 0;
  for (const entry of entriesOf(index)) {
    const place = placeAt(entry.value, 0);
    if (place.start < end) throw new CorruptTableError('its blocks overlap');
    end = place.end;
    const block = await readBlock(bytes, place, slices);
    if (block === null) {
      readAll = false;
      continue;
    }
    for (const { keyLength, value } of entriesOf(block)) {
      visit(keyLength, value);
      if (slices.due()) await slices.pause();
    }
  }
  return readAll;
}

const footerLength = 48;
const trailerLength = 5;
const magic = 0xdb4775248b80fb57n;

/** A block without its trailer. */
interface Place {
  readonly start: number;
  readonly end: number;
  /** Where its description ends. */
  readonly next: number;
}

function indexPlace(bytes: Buffer): Place {
  const footer = bytes.subarray(-footerLength);
  if (footer.length < footerLength) throw new CorruptTableError('it is too short');
  if (footer.readBigUInt64LE(footerLength - 8) !== magic) {
    throw new CorruptTableError('it does not end like a table');
  }
  return placeAt(footer, placeAt(footer, 0).next);
}

function placeAt(bytes: Buffer, offset: number): Place {
  const start = varintAt(bytes, offset);
  const length = varintAt(bytes, start.end);
  return { start: start.value, end: start.value + length.value, next: length.end };
}

/** TensorFlow before 2.0 compressed the index of what it saved in several parts. */
const Compression = { none: 0, snappy: 1 } as const;

/** TensorFlow ends a block at 256 KiB; this much takes a few ms to decompress. */
const longestBlock = 4 * 1024 * 1024;

/** The entries and restart offsets of a block; null where they are compressed in an unknown way. */
async function readBlock(table: Buffer, place: Place, slices: TimeSlices): Promise<Buffer | null> {
  const { start, end } = place;
  if (end + trailerLength > table.length - footerLength) {
    throw new CorruptTableError('a block passes its end');
  }
  const sum = await checksum(table.subarray(start, end + 1), slices);
  if (sum !== table.readUInt32LE(end + 1)) {
    throw new CorruptTableError(`the checksum of the block at ${start} does not match`);
  }
  const contents = table.subarray(start, end);
  const compression = table[end];
  if (compression === Compression.none) return contents;
  return compression === Compression.snappy ? unsnappy(contents, longestBlock) : null;
}

/** Few enough to sum up in microseconds. */
const summedAtOnce = 16 * 1024;

async function checksum(bytes: Buffer, slices: TimeSlices): Promise<number> {
  let crc = 0;
  let offset = 0;
  for (; offset + summedAtOnce < bytes.length; offset += summedAtOnce) {
    crc = crc32c(bytes.subarray(offset, offset + summedAtOnce), crc);
    if (slices.due()) await slices.pause();
  }
  return maskedCrc32c(bytes.subarray(offset), crc);
}

interface Entry {
  readonly keyLength: number;
  readonly value: Buffer;
}

function* entriesOf(block: Buffer): Generator<Entry, void, undefined> {
  const restarts = block.length < 4 ? 0 : block.readUInt32LE(block.length - 4);
  const end = block.length - 4 * (restarts + 1);
  if (end < 0) throw new CorruptTableError('a block is too short');
  let lastKeyLength = 0;
  for (let offset = 0; offset < end; ) {
    const shared = varintAt(block, offset);
    const own = varintAt(block, shared.end);
    const length = varintAt(block, own.end);
    const start = length.end + own.value;
    offset = start + length.value;
    if (shared.value > lastKeyLength || offset > end) {
      throw new CorruptTableError('an entry passes its block');
    }
    lastKeyLength = shared.value + own.value;
    yield { keyLength: lastKeyLength, value: block.subarray(start, offset) };
  }
}

function varintAt(bytes: Buffer, offset: number) {
  try {
    const varint = readVarint(bytes, offset);
    if (varint !== null) return varint;
  } catch (error) {
    if (!(error instanceof MalformedWireError)) throw error;
  }
  throw new CorruptTableError('a number is cut off or too long');
}
