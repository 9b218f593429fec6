import { invalidArgument } from '../status/index.ts';
import type { WireReader } from '../util/index.ts';
import { type PendingFill, RepeatLast } from './repeat-last.ts';
import { elementBytes, type TypedList } from './tensor-proto-fields.ts';

/**
 * Reads the typed list of numbers from a TensorProto into `out`, packed or not or both, in the
 * order of the wire. Surplus values are ignored; what the list leaves open gets its last value, or
 * zeros from an empty list (spec 6.9).
 *
 * @param reader at the begin of a TensorProto that was found well-framed
 * @param size bytes of an element
 * @param out the memory of the tensor, of which every byte is written
 * @param fillLater is given the work of filling where it is more than a moment's
 */
export function decodeNumericList(
  reader: WireReader,
  list: TypedList,
  size: number,
  out: Uint8Array,
  fillLater: (fill: PendingFill) => void,
): void {
  const filled =
    list.kind === 'bits' ? readBits(reader, list, out) : readInts(reader, list, size, out);
  const whole = filled - (filled % size);
  if (whole === 0) out.fill(0, 0, size);
  const fill = new RepeatLast(out, Math.max(whole, size), size);
  if (!fill.step()) fillLater(fill);
}

/** Floats: their bytes are copied in bulk. Returns the bytes written. */
function readBits(reader: WireReader, list: TypedList, out: Uint8Array): number {
  const unit = elementBytes(list.wireType);
  let filled = 0;
  while (!reader.done) {
    const tag = reader.tag();
    let length: number;
    if (tag === list.packedTag) length = reader.length();
    else if (tag === list.elementTag) length = unit;
    else {
      reader.skip(tag);
      continue;
    }
    if (length % unit !== 0) throw invalidArgument(`packed list has ${length} bytes`);
    const take = Math.min(length, out.length - filled);
    reader.copy(take, out, filled);
    reader.advance(length - take);
    filled += take;
  }
  return filled;
}

/** Whole numbers and booleans, a varint each. Returns the bytes written. */
function readInts(reader: WireReader, list: TypedList, size: number, out: Uint8Array): number {
  const count = out.length / size;
  const target = sized(out, size);
  const words = size === 8 ? 2 : 1;
  const write = list.kind === 'bool' ? writeBools : writeInts;
  let filled = 0;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === list.packedTag) {
      const outer = reader.enter();
      filled = write(reader, target, filled, count, words);
      reader.leave(outer);
    } else if (tag === list.elementTag && filled < count) {
      filled = write(reader, target, filled, filled + 1, words);
    } else reader.skip(tag);
  }
  return filled * size;
}

/** Three kinds of array only, whatever the dtype, so that the loops below stay fast. */
type Target = Uint8Array | Uint16Array | Uint32Array;

function sized({ buffer, byteOffset, byteLength }: Uint8Array, size: number): Target {
  if (size === 1) return new Uint8Array(buffer, byteOffset, byteLength);
  if (size === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/**
 * Writes elements `from` to `to` at most, as many as the message has, and returns where it stopped.
 * An element of up to 32 bits is the low bits of its varint, whatever its sign; one of 64 bits is
 * two `words`, low and high.
 */
function writeInts(
  reader: WireReader,
  target: Target,
  from: number,
  to: number,
  words: number,
): number {
  let i = from;
  while (i < to && !reader.done) {
    // Varints of up to three bytes, which most lists are made of, without a call; they are read
    // only where three bytes are left in the chunk.
    const { bytes, limit } = reader;
    let position = reader.position;
    for (const last = limit - 3; i < to && position <= last; i++) {
      let value = bytes[position]!;
      if (value < 0x80) position++;
      else {
        const second = bytes[position + 1]!;
        value = (value & 0x7f) | ((second & 0x7f) << 7);
        if (second < 0x80) position += 2;
        else {
          const third = bytes[position + 2]!;
          if (third >= 0x80) break;
          value |= third << 14;
          position += 3;
        }
      }
      target[i * words] = value;
      if (words === 2) target[i * words + 1] = 0;
    }
    reader.position = position;
    if (i === to || reader.done) break;
    reader.varint();
    target[i * words] = reader.low;
    if (words === 2) target[i * words + 1] = reader.high;
    i++;
  }
  return i;
}

function writeBools(reader: WireReader, target: Target, from: number, to: number): number {
  let i = from;
  for (; i < to && !reader.done; i++) target[i] = reader.bool() ? 1 : 0;
  return i;
}
