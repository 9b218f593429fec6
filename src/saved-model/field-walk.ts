import type { TimeSlices } from '../util/index.ts';
import type { ByteSource } from './byte-source.ts';
import type { Field } from './wire.ts';
import { longestHeader, MalformedWireError, readFieldHeader } from './wire.ts';

/** A stretch of the source that holds one message. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Visits the fields of the message in `range` in their order, reading only their headers: what a
 * visitor wants of a payload it reads itself. Lets other work of the event loop in between.
 *
 * @throws MalformedWireError `truncated` where the source itself ends too early.
 */
export async function walkFields(
  source: ByteSource,
  range: Range,
  slices: TimeSlices,
  visit: (field: Field) => void | Promise<void>,
): Promise<void> {
  for (let at = range.start; at < range.end; ) {
    const headerEnd = Math.min(at + longestHeader, range.end);
    const pending = source.read(at, headerEnd);
    const header = pending instanceof Promise ? await pending : pending;
    const field = readFieldHeader(header, 0, at);
    if (field === null || field.end > range.end) {
      throw new MalformedWireError('a field passes its message', range.end === source.size);
    }
    const visited = visit(field);
    if (visited !== undefined) await visited;
    if (slices.due()) await slices.pause();
    at = field.end;
  }
}

/**
 * The message in `range`, without those of its fields that are longer than `limit`: the data of
 * constants, which nobody here reads.
 */
export async function readTrimmed(
  source: ByteSource,
  range: Range,
  slices: TimeSlices,
  limit: number,
): Promise<Buffer> {
  if (range.end - range.start <= limit) return await source.read(range.start, range.end);
  const parts: Buffer[] = [];
  await walkFields(source, range, slices, async (field) => {
    if (field.end - field.at <= limit) {
      parts.push(Buffer.from(await source.read(field.at, field.end)));
    }
  });
  return Buffer.concat(parts);
}
