import { BundleEntryProtoSchema, BundleHeaderProtoSchema } from '../proto/index.ts';
import { openForReading, TimeSlices } from '../util/index.ts';
import { decode } from './decode.ts';
import { CorruptTableError, readSortedTable } from './sorted-table.ts';
import { MalformedWireError } from './wire.ts';

/** A longer index is not read: it is taken into memory as a whole. 100 bytes a variable are usual. */
const longestIndex = 256 * 1024 * 1024;

/**
 * What a `variables.index` says of its data files: the bytes that each must have at least, by name,
 * such as `variables.data-00000-of-00002`. Null for an index that is longer than 256 MiB or
 * compressed in a way that is not known here: then it does not tell.
 *
 * The index is a sorted table (spec 11.1: a tensor bundle). The empty key has a BundleHeaderProto,
 * each other key a BundleEntryProto with the place of a tensor, or of a slice of one. The entry of a
 * tensor that is stored in slices has no place of its own, and an entry that cannot be parsed is left
 * to the engine. Lets other work of the event loop in between.
 *
 * @throws CorruptTableError where the file is not whole; errors of `node:fs` as they are.
 */
export async function readVariablesIndex(
  file: string,
): Promise<ReadonlyMap<string, number> | null> {
  const bytes = await readBounded(file);
  if (bytes === null) return null;
  const needed = new Map<number, number>();
  let shards = 0;
  const readAll = await readSortedTable(bytes, new TimeSlices(), (keyLength, value) => {
    if (keyLength === 0) shards = shardCount(value);
    else addEntry(value, needed);
  });
  if (!readAll) return null;
  if (shards === 0) throw new CorruptTableError('it has no header');
  const total = shardNumber(shards);
  return new Map(
    [...needed].map(([shard, size]) => [`variables.data-${shardNumber(shard)}-of-${total}`, size]),
  );
}

async function readBounded(file: string): Promise<Buffer | null> {
  const handle = await openForReading(file);
  try {
    const { size } = await handle.stat();
    return size > longestIndex ? null : await handle.readFile();
  } finally {
    await handle.close();
  }
}

function shardCount(header: Buffer): number {
  try {
    return decode(BundleHeaderProtoSchema, header).numShards;
  } catch (cause) {
    throw new CorruptTableError('its header cannot be parsed', { cause });
  }
}

function addEntry(message: Buffer, needed: Map<number, number>): void {
  try {
    const { shardId, offset, size, slices } = decode(BundleEntryProtoSchema, message);
    if (slices.length > 0) return;
    needed.set(shardId, Math.max(needed.get(shardId) ?? 0, Number(offset + size)));
  } catch (error) {
    if (!(error instanceof MalformedWireError)) throw error;
  }
}

function shardNumber(number: number): string {
  return String(number).padStart(5, '0');
}
