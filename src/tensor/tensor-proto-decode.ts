import { invalidArgument, resourceExhausted } from '../status/index.ts';
import { type Bytes, WireReader } from '../util/index.ts';
import { CopyContent } from './copy-content.ts';
import { DType, dtypeInfo } from './dtype.ts';
import { decodeNumericList } from './numeric-list-decode.ts';
import { fillNow, type PendingFill } from './repeat-last.ts';
import { elementCount } from './shape.ts';
import { decodeStringContent, decodeStringList } from './string-list-decode.ts';
import type { NumericTensor, StringTensor, Tensor, TensorAllocator } from './tensor.ts';
import {
  contentTag,
  describe,
  dimSizeTag,
  dimTag,
  dtypeTag,
  maxRank,
  rawBytes,
  shapeTag,
  type TypedList,
  typedListOf,
} from './tensor-proto-fields.ts';

/** Limits of {@link decodeTensorProto}. */
export interface TensorDecodeOptions {
  /**
   * The most bytes that a tensor may take in memory whose message does not carry its values: a
   * message of 30 bytes can ask for any number of elements, since its last value fills the rest.
   * Tensors up to {@link honestExpansion} times their message are not limited by it.
   */
  readonly maxFilledBytes: number;
  /** Told of the bytes that a tensor takes beyond its message before it takes them; may throw. */
  readonly reserve?: (bytes: number) => void;
  /**
   * Takes over to fill a large tensor, or the rest of one; without it, that is done at once. What it is
   * given may throw as {@link decodeTensorProto} does.
   */
  readonly fillLater?: (fill: PendingFill) => void;
}

/** Far more than clients fill by one value, far less than what ends a process. */
export const defaultMaxFilledBytes = 64 * 2 ** 20;

/**
 * How much larger than its message a tensor may be whose values are all in it: an empty string
 * takes 2 bytes of a message and 32 as an element, a small int64 1 and 8.
 */
const honestExpansion = 16;

/** A string costs far more time than as many bytes of numbers, and nobody fills them. */
const stringShare = 16;

/** A tensor_content up to this is copied at once, in well under 1 ms. */
const longestCopy = 2 << 20;

/** What a TensorProto says before its elements. */
interface Head {
  readonly dtype: number;
  readonly shape: readonly number[];
  /** Where tensor_content begins, and its bytes: 0 where there is none. */
  readonly contentOffset: number;
  readonly contentLength: number;
}

/**
 * Decodes one serialized `tensorflow.TensorProto`, by the rules of spec 6.9: a tensor_content that
 * is not empty wins over the typed list of the dtype; a list that is too short repeats its last
 * value, an empty one means zeros; surplus values and lists of other dtypes are ignored.
 *
 * Numbers go straight into memory of `allocator`: one copy, nothing allocated for an element.
 * Strings are copied together into one buffer on the heap, or viewed in `message` where they lie
 * there one after the other in one chunk; so `message` must not change while the tensor is used.
 *
 * @throws StatusError INVALID_ARGUMENT where TensorFlow finds no tensor in it, saying why;
 * RESOURCE_EXHAUSTED where it is larger than allowed or than the allocator's memory.
 */
export function decodeTensorProto(
  message: Bytes,
  allocator: TensorAllocator,
  options: TensorDecodeOptions,
): Tensor {
  const reader = new WireReader(message);
  const head = readHead(reader);
  const { dtype, shape } = head;
  const list = typedListOf(dtype);
  if (list === undefined) throw invalidArgument(`dtype ${dtype} cannot be given as a tensor`);
  reader.seek(0);
  const count = elementCount(shape);
  const maxFilled = options.maxFilledBytes / (dtype === DType.STRING ? stringShare : 1);
  const maxBytes = Math.max(maxFilled, honestExpansion * message.length);
  let covered = message.length;
  const take = (bytes: number): void => {
    checkSize(head, bytes, maxBytes);
    if (bytes <= covered) return;
    options.reserve?.(bytes - covered);
    covered = bytes;
  };
  const fillLater = options.fillLater ?? fillNow;
  return dtype === DType.STRING
    ? decodeStrings(reader, head, count, list, take, fillLater)
    : decodeNumbers(reader, head, count, list, take, allocator, fillLater);
}

function decodeNumbers(
  reader: WireReader,
  { dtype, shape, contentOffset, contentLength }: Head,
  count: number,
  list: TypedList,
  take: (bytes: number) => void,
  allocator: TensorAllocator,
  fillLater: (fill: PendingFill) => void,
): NumericTensor {
  const { size } = dtypeInfo(dtype);
  if (contentLength > 0 && count > 0 && contentLength !== count * size) {
    throw invalidArgument(
      `tensor_content has ${contentLength} bytes, ${describe(dtype, shape)} needs ${count * size}`,
    );
  }
  take(count * size);
  const tensor = allocator.allocate(dtype as NumericTensor['dtype'], shape);
  if (count === 0) return tensor;
  const out = rawBytes(tensor.data);
  if (contentLength === 0) {
    decodeNumericList(reader, list, size, out, fillLater);
    return tensor;
  }
  reader.seek(contentOffset);
  if (contentLength > longestCopy && dtype !== DType.BOOL) fillLater(new CopyContent(reader, out));
  else reader.copy(contentLength, out, 0);
  if (dtype === DType.BOOL) checkBools(out);
  return tensor;
}

function decodeStrings(
  reader: WireReader,
  { shape, contentOffset, contentLength }: Head,
  count: number,
  list: TypedList,
  take: (bytes: number) => void,
  fillLater: (fill: PendingFill) => void,
): StringTensor {
  if (contentLength === 0 || count === 0) {
    const { bytes, offsets } = decodeStringList(reader, list, count, take, fillLater);
    return { dtype: DType.STRING, shape, bytes, offsets };
  }
  reader.seek(contentOffset);
  const { bytes, offsets } = decodeStringContent(reader, contentLength, count, take);
  return { dtype: DType.STRING, shape, bytes, offsets };
}

function checkBools(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! > 1) throw invalidArgument(`byte ${bytes[i]} is not a bool`);
  }
}

function checkSize({ dtype, shape }: Head, bytes: number, limit: number): void {
  if (bytes > limit) {
    throw resourceExhausted(
      `Tensor ${describe(dtype, shape)} takes ${bytes} bytes, more than the limit of ${limit}`,
    );
  }
}

/** Reads the whole message but for the elements, which it only finds well-framed. */
function readHead(reader: WireReader): Head {
  const shape: number[] = [];
  let dtype = 0;
  let contentOffset = 0;
  let contentLength = 0;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === dtypeTag) dtype = reader.int32();
    else if (tag === shapeTag) readShape(reader, shape);
    else if (tag === contentTag) {
      contentLength = reader.length();
      contentOffset = reader.offset;
      reader.advance(contentLength);
    } else reader.skip(tag);
  }
  checkShape(shape);
  return { dtype, shape, contentOffset, contentLength };
}

/** Appends the dimensions: a shape that comes twice is merged, as protobuf does. */
function readShape(reader: WireReader, shape: number[]): void {
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag !== dimTag) {
      reader.skip(tag);
      continue;
    }
    let size = 0;
    const shapeEnd = reader.enter();
    while (!reader.done) {
      const dimField = reader.tag();
      if (dimField !== dimSizeTag) {
        reader.skip(dimField);
        continue;
      }
      reader.varint();
      size = reader.high * 2 ** 32 + (reader.low >>> 0);
    }
    reader.leave(shapeEnd);
    if (shape.length === maxRank) throw invalidArgument(`more than ${maxRank} dimensions`);
    shape.push(size);
  }
  reader.leave(outer);
}

function checkShape(shape: readonly number[]): void {
  let count = 1;
  for (let i = 0; i < shape.length; i++) {
    const size = shape[i]!;
    count *= size;
    if (size < 0 || !Number.isSafeInteger(size) || count >= 2 ** 63) {
      throw invalidArgument(`shape [${shape.join(',')}] is not one of a tensor`);
    }
  }
}
