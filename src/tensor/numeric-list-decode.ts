import { invalidArgument } from '../status/index.ts';
import type { WireReader } from '../util/index.ts';
import { fillNowOrLater, type PendingFill, RepeatLast } from './repeat-last.ts';
import { elementBytes, type TypedList } from './tensor-proto-fields.ts';

/** What a piece of a long list has, which takes some 20 µs: bytes of floats, or varints. */
const pieceBytes = 64 << 10;
const pieceVarints = 8 << 10;

/** Pieces that are read at once. */
const piecesAtOnce = 6;

/**
 * Reads the typed list of numbers from a TensorProto into `out`, packed or not or both, in the
 * order of the wire. Surplus values are ignored; what the list leaves open gets its last value, or
 * zeros from an empty list (spec 6.9).
 *
 * @param reader at the begin of a TensorProto that was found well-framed; its own from then on
 * @param size bytes of an element
 * @param out the memory of the tensor, of which every byte is written
 * @param fillLater is given the rest of the work where it is more than a moment's, which throws as this
 * does
 * @throws StatusError INVALID_ARGUMENT where a packed list does not end with an element
 */
export function decodeNumericList(
  reader: WireReader,
  list: TypedList,
  size: number,
  out: Uint8Array,
  fillLater: (fill: PendingFill) => void,
): void {
  const filled = readList(reader, list, size, out, 0, piecesAtOnce * pieceOf(list, size));
  if (!reader.done) fillLater(new ListFill(reader, list, size, out, filled));
  else fillNowOrLater(restOf(out, filled, size), fillLater);
}

/** Bytes of memory that a piece fills. */
function pieceOf({ kind }: TypedList, size: number): number {
  return kind === 'bits' ? pieceBytes : pieceVarints * size;
}

/** What fills the memory that a list leaves open. */
function restOf(out: Uint8Array, filled: number, size: number): RepeatLast {
  const whole = filled - (filled % size);
  if (whole === 0) out.fill(0, 0, size);
  return new RepeatLast(out, Math.max(whole, size), size);
}

/** Reads the rest of a long list, and fills what it leaves open. */
class ListFill implements PendingFill {
  readonly #reader: WireReader;
  readonly #list: TypedList;
  readonly #size: number;
  readonly #out: Uint8Array;
  #filled: number;
  /** Bytes that are left of the long part of floats that is being copied. */
  #left = 0;
  /** What leads out of the long part of varints that is being read; null: none is. */
  #outer: number | null = null;
  #rest: RepeatLast | null = null;

  /** @param filled bytes of `out` that are filled already */
  constructor(reader: WireReader, list: TypedList, size: number, out: Uint8Array, filled: number) {
    this.#reader = reader;
    this.#list = list;
    this.#size = size;
    this.#out = out;
    this.#filled = filled;
  }

  step(): boolean {
    if (this.#rest !== null) return this.#rest.step();
    const reader = this.#reader;
    if (this.#left > 0) this.#copyPart();
    else if (this.#outer !== null) this.#readPart(this.#outer);
    else if (reader.done) this.#rest = restOf(this.#out, this.#filled, this.#size);
    else {
      const { offset } = reader;
      const until = this.#filled + pieceOf(this.#list, this.#size);
      this.#filled = readList(reader, this.#list, this.#size, this.#out, this.#filled, until);
      if (reader.offset === offset) this.#enterPart();
    }
    return false;
  }

  /** Goes into a part that is too long for one piece. */
  #enterPart(): void {
    const reader = this.#reader;
    reader.tag();
    const length = reader.length();
    if (this.#list.kind === 'bits') this.#left = length;
    else this.#outer = reader.enter(length);
  }

  #copyPart(): void {
    const out = this.#out;
    const count = Math.min(this.#left, out.length - this.#filled, pieceBytes);
    this.#reader.copy(count, out, this.#filled);
    this.#filled += count;
    this.#left -= count;
    if (this.#filled < out.length) return;
    this.#reader.advance(this.#left);
    this.#left = 0;
  }

  #readPart(outer: number): void {
    const reader = this.#reader;
    const size = this.#size;
    const until = Math.min(this.#out.length, this.#filled + pieceOf(this.#list, size));
    const target = sized(this.#out, size);
    this.#filled =
      size * writeVarints(reader, this.#list, size, target, this.#filled / size, until / size);
    if (!reader.done && this.#filled < this.#out.length) return;
    reader.leave(outer);
    this.#outer = null;
  }
}

/**
 * Reads a list up to its end, or to a part that would fill `out` beyond `until`; returns how many bytes
 * of `out` are filled then.
 *
 * @param filled bytes that are filled already. @param until a multiple of `size`
 */
function readList(
  reader: WireReader,
  list: TypedList,
  size: number,
  out: Uint8Array,
  filled: number,
  until: number,
): number {
  return list.kind === 'bits'
    ? readBits(reader, list, out, filled, until)
    : size * readInts(reader, list, size, out, filled / size, until / size);
}

/** Floats: their bytes are copied in bulk. */
function readBits(
  reader: WireReader,
  list: TypedList,
  out: Uint8Array,
  from: number,
  until: number,
): number {
  const unit = elementBytes(list.wireType);
  let filled = from;
  while (!reader.done) {
    const start = reader.offset;
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
    if (filled + take > until) {
      reader.seek(start);
      break;
    }
    reader.copy(take, out, filled);
    reader.advance(length - take);
    filled += take;
  }
  return filled;
}

/** Whole numbers and booleans, a varint each; all is counted in elements. */
function readInts(
  reader: WireReader,
  list: TypedList,
  size: number,
  out: Uint8Array,
  from: number,
  until: number,
): number {
  const count = out.length / size;
  const target = sized(out, size);
  let filled = from;
  while (!reader.done) {
    const start = reader.offset;
    const tag = reader.tag();
    if (tag === list.packedTag) {
      const length = reader.length();
      if (length > until - filled && filled < count) {
        reader.seek(start);
        break;
      }
      const outer = reader.enter(length);
      filled = writeVarints(reader, list, size, target, filled, count);
      reader.leave(outer);
    } else if (tag === list.elementTag && filled < count) {
      if (filled === until) {
        reader.seek(start);
        break;
      }
      filled = writeVarints(reader, list, size, target, filled, filled + 1);
    } else reader.skip(tag);
  }
  return filled;
}

function writeVarints(
  reader: WireReader,
  { kind }: TypedList,
  size: number,
  target: Target,
  from: number,
  to: number,
): number {
  return kind === 'bool'
    ? writeBools(reader, target, from, to)
    : writeInts(reader, target, from, to, size === 8 ? 2 : 1);
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
