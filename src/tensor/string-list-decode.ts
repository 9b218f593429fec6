import { invalidArgument } from '../status/index.ts';
import { WireReader } from '../util/index.ts';
import { fillNowOrLater, type PendingFill, RepeatLast } from './repeat-last.ts';
import type { StringTensor } from './tensor.ts';
import type { TypedList } from './tensor-proto-fields.ts';

/** The elements of a string tensor, without its shape. */
export type Strings = Pick<StringTensor, 'bytes' | 'offsets'>;

/** What one step copies: strings, and their bytes. */
const pieceStrings = 1024;
const pieceBytes = 128 << 10;

/** Bytes that a string takes beside its own: its offset here and its cell in the engine. */
const cellBytes = 32;

/**
 * Strings as tensor_content has them: the length of every one as a varint, then all their bytes,
 * which are viewed, not copied, where they lie in one chunk.
 *
 * @param message at the content
 * @param length of the content in bytes
 * @param take told of the bytes that the tensor takes, with a larger number when it turns out to be
 * more; throws where that is too many
 * @throws StatusError INVALID_ARGUMENT where the lengths do not add up
 */
export function decodeStringContent(
  message: WireReader,
  length: number,
  count: number,
  take: (bytes: number) => void,
): Strings {
  if (count > length) throw invalidArgument('tensor_content lacks lengths of strings');
  take(count * cellBytes + length);
  const content = message.take(length);
  const reader = new WireReader(content);
  const offsets = new Float64Array(count + 1);
  let end = 0;
  for (let i = 0; i < count; i++) {
    reader.varint();
    if (reader.high !== 0) throw invalidArgument('tensor_content has an overlong string');
    offsets[i + 1] = end += reader.low >>> 0;
  }
  const bytes = content.subarray(reader.position);
  if (end !== bytes.length) {
    throw invalidArgument(
      `strings of tensor_content have ${bytes.length} bytes, their lengths say ${end}`,
    );
  }
  return { bytes, offsets };
}

/**
 * Strings as string_val has them. A single one is viewed, several are copied together. Surplus ones
 * are ignored; what the list leaves open gets its last string, or empty ones from an empty list.
 *
 * @param reader at the begin of a TensorProto that was found well-framed; its own from then on
 * @param take told of the bytes that the tensor takes, with a larger number when it turns out to be
 * more; throws where that is too many
 * @param fillLater is given the rest of the work where it is more than a moment's; it cannot fail
 */
export function decodeStringList(
  reader: WireReader,
  { elementTag }: TypedList,
  count: number,
  take: (bytes: number) => void,
  fillLater: (fill: PendingFill) => void,
): Strings {
  take(count * cellBytes);
  const start = reader.offset;
  const offsets = new Float64Array(count + 1);
  let found = 0;
  let end = 0;
  let last = 0;
  while (!reader.done && found < count) {
    const tag = reader.tag();
    if (tag !== elementTag) {
      reader.skip(tag);
      continue;
    }
    last = reader.length();
    if (count === 1) {
      offsets[1] = last;
      return { bytes: reader.take(last), offsets };
    }
    reader.advance(last);
    offsets[++found] = end += last;
  }
  for (let i = found; i < count; i++) offsets[i + 1] = end += last;
  take(count * cellBytes + end);

  const bytes = new Uint8Array(end);
  reader.seek(start);
  const strings = { bytes, offsets };
  fillNowOrLater(new StringsFill(reader, elementTag, found, strings), fillLater);
  return strings;
}

/** Copies the strings of a list, and repeats its last one. */
class StringsFill implements PendingFill {
  readonly #reader: WireReader;
  readonly #elementTag: number;
  readonly #found: number;
  readonly #strings: Strings;
  #copied = 0;
  /** Bytes that are left of the string that is being copied. */
  #left = 0;
  #rest: RepeatLast | null = null;

  /** @param found strings of the list; those behind them in `strings` are like the last */
  constructor(reader: WireReader, elementTag: number, found: number, strings: Strings) {
    this.#reader = reader;
    this.#elementTag = elementTag;
    this.#found = found;
    this.#strings = strings;
  }

  step(): boolean {
    if (this.#rest === null) {
      if (!this.#copy()) return false;
      const { bytes, offsets } = this.#strings;
      const found = this.#found;
      const end = offsets[found]!;
      const last = found === 0 ? 0 : end - offsets[found - 1]!;
      if (last === 0 || end === bytes.length) return true;
      this.#rest = new RepeatLast(bytes, end, last);
    }
    return this.#rest.step();
  }

  /** Copies a piece. @returns whether all strings of the list are copied */
  #copy(): boolean {
    const reader = this.#reader;
    const { bytes, offsets } = this.#strings;
    let room = pieceBytes;
    for (let fields = pieceStrings; fields > 0 && room > 0; ) {
      if (this.#left > 0) {
        const count = Math.min(this.#left, room);
        reader.copy(count, bytes, offsets[this.#copied]! - this.#left);
        this.#left -= count;
        room -= count;
        continue;
      }
      if (this.#copied === this.#found) return true;
      fields--;
      const tag = reader.tag();
      if (tag !== this.#elementTag) {
        reader.skip(tag);
        continue;
      }
      this.#left = reader.length();
      this.#copied++;
    }
    return false;
  }
}
