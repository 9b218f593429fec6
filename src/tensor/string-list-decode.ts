import { invalidArgument } from '../status/index.ts';
import { WireReader } from '../util/index.ts';
import { fillNow, RepeatLast } from './repeat-last.ts';
import type { StringTensor } from './tensor.ts';
import type { TypedList } from './tensor-proto-fields.ts';

/** The elements of a string tensor, without its shape. */
export type Strings = Pick<StringTensor, 'bytes' | 'offsets'>;

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
 * @param reader at the begin of a TensorProto that was found well-framed
 * @param take told of the bytes that the tensor takes, with a larger number when it turns out to be
 * more; throws where that is too many
 */
export function decodeStringList(
  reader: WireReader,
  { elementTag }: TypedList,
  count: number,
  take: (bytes: number) => void,
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
  for (let i = 0; i < found; ) {
    const tag = reader.tag();
    if (tag !== elementTag) reader.skip(tag);
    else reader.copy(reader.length(), bytes, offsets[i++]!);
  }
  if (last > 0) fillNow(new RepeatLast(bytes, offsets[found]!, last));
  return { bytes, offsets };
}
