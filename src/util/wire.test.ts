import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BinaryReader, BinaryWriter, WireType as LibraryWireType } from '@bufbuild/protobuf/wire';
import { Code, StatusError } from '../status/index.ts';
import { WireReader, WireType, wireTag } from './wire-reader.ts';
import { int64Size, stringSize, varintSize, WireWriter } from './wire-writer.ts';

const malformed = (text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StatusError);
  assert.equal(error.code, Code.INVALID_ARGUMENT);
  assert.match(error.message, text);
  return true;
};

const edges = [
  0n,
  1n,
  127n,
  128n,
  300n,
  16383n,
  16384n,
  2n ** 28n - 1n,
  2n ** 28n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 35n - 1n,
  2n ** 35n,
  2n ** 53n - 1n,
  2n ** 63n - 1n,
  -1n,
  -2n,
  -128n,
  -(2n ** 31n),
  -(2n ** 31n) - 1n,
  -(2n ** 63n),
];

test('64-bit varints are read and written at every size', () => {
  for (const value of edges) {
    const expected = new BinaryWriter().int64(value).finish();
    const reader = new WireReader(expected);
    assert.equal(reader.int64(), value);
    assert.ok(reader.done);

    assert.equal(int64Size(value), expected.length);
    const writer = new WireWriter(expected.length);
    writer.int64(value);
    assert.deepEqual(new Uint8Array(writer.finish()), expected);
  }
});

test('whole numbers up to 2^53 are written as varints', () => {
  for (const value of edges.filter((edge) => edge >= 0n && edge < 2n ** 53n).map(Number)) {
    const expected = new BinaryWriter().uint64(BigInt(value)).finish();
    assert.equal(varintSize(value), expected.length);
    const writer = new WireWriter(expected.length);
    writer.varint(value);
    assert.deepEqual(new Uint8Array(writer.finish()), expected);
  }
});

test('int32 takes the low 32 bits, bool any bit', () => {
  const bytes = new BinaryWriter()
    .int64(2n ** 40n - 5n)
    .int64(2n ** 40n)
    .int32(-7)
    .finish();
  const reader = new WireReader(bytes);
  assert.equal(reader.int32(), -5);
  assert.equal(reader.bool(), true);
  assert.equal(reader.int32(), -7);
});

test('text of any length and script goes through', () => {
  const texts = ['', 'x', 'input_ids', 'größe', '日本語', '😀'.repeat(50), '\uFEFFbom', '\x7f\x80'];
  for (const length of [47, 48, 49]) texts.push('a'.repeat(length), `${'a'.repeat(length - 1)}é`);
  for (const text of texts) {
    const writer = new WireWriter(stringSize(text));
    writer.string(text);
    const bytes = writer.finish();
    assert.equal(new BinaryReader(bytes).string(), text);
    assert.equal(new WireReader(bytes).string(), text);
    assert.equal(new WireReader(new Uint8Array([0, ...bytes]).subarray(1)).string(), text);
  }
});

test('text that is not UTF-8 is refused', () => {
  for (const bytes of [
    [1, 0x80],
    [2, 0xc3, 0x28],
    [3, 0xed, 0xa0, 0x80],
  ]) {
    assert.throws(() => new WireReader(new Uint8Array(bytes)).string(), malformed(/not UTF-8/));
  }
});

test('fields of every wire type are skipped, groups with all they hold', () => {
  const bytes = new BinaryWriter()
    .tag(1, LibraryWireType.Varint)
    .int64(-1n)
    .tag(2, LibraryWireType.Bit64)
    .double(1)
    .tag(3, LibraryWireType.LengthDelimited)
    .bytes(new Uint8Array(200))
    .tag(4, LibraryWireType.StartGroup)
    .tag(5, LibraryWireType.StartGroup)
    .tag(1, LibraryWireType.Varint)
    .int32(1)
    .tag(5, LibraryWireType.EndGroup)
    .tag(4, LibraryWireType.EndGroup)
    .tag(6, LibraryWireType.Bit32)
    .float(1)
    .tag(536870911, LibraryWireType.Varint)
    .int32(3)
    .finish();
  const reader = new WireReader(bytes);
  const fields: number[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    fields.push(tag >>> 3);
    reader.skip(tag);
  }
  assert.deepEqual(fields, [1, 2, 3, 4, 6, 536870911]);

  for (let end = 1; end < bytes.length; end++) {
    const cut = new WireReader(bytes, 0, end);
    try {
      while (!cut.done) cut.skip(cut.tag());
    } catch (error) {
      assert.ok(error instanceof StatusError, `cut at ${end}: ${error}`);
    }
  }
});

test('a message within a message ends where its length says', () => {
  const bytes = new BinaryWriter()
    .tag(1, LibraryWireType.LengthDelimited)
    .fork()
    .tag(1, LibraryWireType.Varint)
    .int32(5)
    .tag(2, LibraryWireType.Varint)
    .int32(6)
    .join()
    .tag(2, LibraryWireType.Varint)
    .int32(7)
    .finish();
  const reader = new WireReader(bytes);
  assert.equal(reader.tag(), wireTag(1, WireType.LENGTH));
  const outer = reader.enter();
  assert.equal(reader.tag(), wireTag(1, WireType.VARINT));
  assert.equal(reader.int32(), 5);
  reader.leave(outer);
  assert.equal(reader.tag(), wireTag(2, WireType.VARINT));
  assert.equal(reader.int32(), 7);
  assert.ok(reader.done);

  const inner = new WireReader(new Uint8Array([10, 2, 8, 0x80, 1, 1]));
  inner.tag();
  inner.enter();
  inner.tag();
  assert.throws(() => inner.int32(), malformed(/truncated number at byte 3/));
});

test('what is no protobuf is refused with the place', () => {
  const read = (bytes: number[]) => {
    const reader = new WireReader(new Uint8Array(bytes));
    while (!reader.done) reader.skip(reader.tag());
  };
  assert.throws(() => read([0x80]), malformed(/truncated number at byte 0/));
  assert.throws(() => read(new Array(11).fill(0xff)), malformed(/overlong number/));
  assert.throws(() => read([0]), malformed(/bad field tag at byte 0/));
  assert.throws(() => read([0x80, 0x80, 0x80, 0x80, 0x80, 1]), malformed(/bad field tag/));
  assert.throws(() => read([0x0e]), malformed(/bad wire type/));
  assert.throws(() => read([0x0c]), malformed(/bad wire type/));
  assert.throws(() => read([0x0b, 0x14]), malformed(/bad wire type/));
  assert.throws(() => read([0x0a, 2, 0]), malformed(/truncated field at byte 1/));
  assert.throws(() => read([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 1]), malformed(/truncated field/));
  assert.throws(() => read([0x0d, 0, 0, 0]), malformed(/truncated field/));
  assert.throws(() => read(new Array(200).fill(0x0b)), malformed(/too deep/));
});

test('a message that was not filled exactly is a defect', () => {
  const writer = new WireWriter(3);
  writer.varint(1);
  assert.throws(() => writer.finish(), RangeError);
});
