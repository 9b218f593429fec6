import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BinaryWriter, WireType as LibraryWireType } from '@bufbuild/protobuf/wire';
import { ByteChunks, joinBytes, WireReader, WireType, wireTag } from './index.ts';
import { cutAt, cutIntoBytes, everyCut } from './testing/cuts.ts';

const text = 'größe';
const textTag = wireTag(1, WireType.LENGTH);
const message = new BinaryWriter()
  .tag(1, LibraryWireType.LengthDelimited)
  .string(text)
  .tag(2, LibraryWireType.Varint)
  .int64(-3n)
  .finish();

test('fields are read across chunks, wherever they are cut', () => {
  for (const chunks of everyCut(message.subarray(0, 9))) {
    const reader = new WireReader(chunks);
    assert.equal(reader.tag(), textTag);
    assert.equal(reader.string(), text);
    assert.ok(reader.done);
  }
  const reader = new WireReader(cutIntoBytes(message));
  reader.skip(reader.tag());
  assert.equal(reader.tag(), wireTag(2, WireType.VARINT));
  assert.equal(reader.int64(), -3n);
  assert.ok(reader.done);
});

test('a field is viewed where it lies in one chunk, and given in its chunks where it does not', () => {
  const [one, other] = [cutAt(message, [2, 9]), cutAt(message, [5])];
  const whole = new WireReader(one);
  whole.tag();
  const range = whole.range();
  assert.ok(range instanceof Uint8Array);
  assert.equal(range.buffer, one.chunks[1]!.buffer);
  whole.seek(1);
  assert.equal(whole.view().buffer, one.chunks[1]!.buffer);

  const cut = new WireReader(other);
  cut.tag();
  const parts = cut.range();
  assert.ok(parts instanceof ByteChunks);
  assert.deepEqual(
    parts.chunks.map(({ buffer }) => buffer),
    other.chunks.map(({ buffer }) => buffer),
  );
  assert.deepEqual(
    parts.chunks.map(({ length }) => length),
    [3, 4],
  );
  cut.seek(1);
  assert.equal(Buffer.from(cut.view()).toString(), text);
});

test('a reader goes back and forth over chunks, empty ones too', () => {
  const bytes = Buffer.from('0123456789');
  const reader = new WireReader(cutAt(bytes, [0, 2, 2, 5, 5, 9, 10, 10]));
  for (const offset of [7, 0, 10, 5, 2, 9, 1, 10, 0]) {
    reader.seek(offset);
    assert.equal(reader.offset, offset);
    assert.equal(reader.done, offset === 10);
    const target = Buffer.alloc(12, '_');
    reader.copy(10 - offset, target, 1);
    assert.equal(target.toString(), `_${'0123456789'.slice(offset)}`.padEnd(12, '_'));
    assert.ok(reader.done);
  }
  reader.seek(3);
  reader.advance(7);
  assert.throws(() => reader.advance(1), /truncated field at byte 10/);
  assert.throws(() => reader.take(1), /truncated field at byte 10/);
  assert.throws(() => reader.copy(1, Buffer.alloc(1), 0), /truncated field at byte 10/);
});

test('a message within a message ends where its length says, chunks later too', () => {
  const bytes = Uint8Array.of(10, 3, 8, 5, 16, 24, 7);
  const reader = new WireReader(cutIntoBytes(bytes));
  assert.equal(reader.tag(), textTag);
  const outer = reader.enter();
  assert.equal(reader.tag(), wireTag(1, WireType.VARINT));
  assert.equal(reader.int32(), 5);
  assert.equal(reader.tag(), wireTag(2, WireType.VARINT));
  assert.throws(() => reader.int32(), /truncated number at byte 5/);
  reader.leave(outer);
  assert.equal(reader.tag(), wireTag(3, WireType.VARINT));
  assert.equal(reader.int32(), 7);
  assert.ok(reader.done);
});

test('no bytes are no fields, in no chunk and in empty ones', () => {
  for (const chunks of [[], [new Uint8Array(0), new Uint8Array(0)]]) {
    const reader = new WireReader(new ByteChunks(chunks));
    assert.ok(reader.done);
    assert.throws(() => reader.tag(), /truncated number at byte 0/);
    assert.equal(joinBytes(new ByteChunks(chunks)).length, 0);
  }
});

test('bytes are joined only where they are in several pieces', () => {
  assert.equal(joinBytes(message), message);
  assert.equal(joinBytes(new ByteChunks([message])), message);
  assert.deepEqual(new Uint8Array(joinBytes(cutAt(message, [3, 7]))), message);
});
