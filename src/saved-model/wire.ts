/** Protobuf's wire format (protobuf.dev/programming-guides/encoding), as much as a scan needs. */

/** Bytes that are not a protobuf message. */
export class MalformedWireError extends Error {
  override readonly name = 'MalformedWireError';
  /** Whether what is wrong is that the whole input ends too early. */
  readonly truncated: boolean;

  constructor(message: string, truncated = false, options?: ErrorOptions) {
    super(message, options);
    this.truncated = truncated;
  }
}

/** One field of a message: `at` is where its tag begins, `start` to `end` its payload. */
export interface Field {
  readonly number: number;
  readonly wireType: number;
  readonly at: number;
  readonly start: number;
  readonly end: number;
  /** The value of a varint field, exact up to 2^53; 0 for others. */
  readonly value: number;
}

export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Tag and length are at most ten bytes each. */
export const longestHeader = 20;

/**
 * Reads the header of the field at `offset` of `bytes`; null where `bytes` end within it. Positions
 * in the result are moved by `base`: where in the input `bytes` begins. The payload may end beyond
 * `bytes`.
 *
 * @throws MalformedWireError
 */
export function readFieldHeader(bytes: Uint8Array, offset: number, base: number): Field | null {
  const tag = readVarint(bytes, offset);
  if (tag === null) return null;
  const number = Math.floor(tag.value / 8);
  const wireType = tag.value % 8;
  if (number === 0 || tag.value > 0xffff_ffff) throw new MalformedWireError(`tag ${tag.value}`);
  const at = base + offset;
  const start = base + tag.end;
  switch (wireType) {
    case WireType.varint: {
      const varint = readVarint(bytes, tag.end);
      if (varint === null) return null;
      return { number, wireType, at, start, end: base + varint.end, value: varint.value };
    }
    case WireType.fixed64:
      return { number, wireType, at, start, end: start + 8, value: 0 };
    case WireType.fixed32:
      return { number, wireType, at, start, end: start + 4, value: 0 };
    case WireType.bytes: {
      const length = readVarint(bytes, tag.end);
      if (length === null) return null;
      const payload = base + length.end;
      return { number, wireType, at, start: payload, end: payload + length.value, value: 0 };
    }
    default:
      throw new MalformedWireError(`wire type ${wireType} of field ${number}`);
  }
}

/** The fields of a message that is in memory as a whole. @throws MalformedWireError */
export function* fieldsOf(message: Buffer): Generator<Field, void, undefined> {
  for (let offset = 0; offset < message.length; ) {
    const field = readFieldHeader(message, offset, 0);
    if (field === null || field.end > message.length)
      throw new MalformedWireError('a field passes its message');
    yield field;
    offset = field.end;
  }
}

/** The payload of a field that {@link fieldsOf} gave. */
export function payload(message: Buffer, field: Field): Buffer {
  return message.subarray(field.start, field.end);
}

/** A string field's text; what is not UTF-8 in it is replaced. */
export function text(message: Buffer, field: Field): string {
  return message.toString('utf8', field.start, field.end);
}

/**
 * The varint at `offset`, exact up to 2^53, and where it ends; null where `bytes` end within it.
 * @throws MalformedWireError
 */
export function readVarint(
  bytes: Uint8Array,
  offset: number,
): { readonly value: number; readonly end: number } | null {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[offset + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: offset + i + 1 };
    scale *= 0x80;
  }
  throw new MalformedWireError('a number has more than ten bytes');
}
