import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { mutateBinary, Random } from '../../test/fuzz/mutate.ts';
import { goldenModels } from '../../test/support/golden.ts';
import { StatusError } from '../status/index.ts';
import { DType, heapAllocator, type Tensor } from '../tensor/index.ts';
import { encodableDTypes, randomTensor } from '../tensor/testing/random-tensor.ts';
import { encodeTensor } from '../tensor/testing/tensor-protos.ts';
import { ByteChunks, type Bytes, joinBytes } from '../util/index.ts';
import { cutIntoBytes, everyCut, randomCut } from '../util/testing/cuts.ts';
import { randomFrom } from '../util/testing/random.ts';
import { decodeInput } from './decode-input.ts';
import { decodePredictRequest } from './predict-request.ts';

const isExhaustive = process.env.SERVAL_EXHAUSTIVE !== undefined;

/** What a request comes to, errors with their causes, and what its tensors reserve. */
function outcome(message: Bytes): unknown {
  return valueOrError(() => {
    const { modelSpec, inputs, outputFilter } = decodePredictRequest(message);
    const tensors = [...inputs].map(([alias, bytes]) => {
      const reserved: number[] = [];
      const options = {
        maxFilledBytes: 2 ** 14,
        reserve: (count: number) => void reserved.push(count),
      };
      const tensor = valueOrError(() => plain(decodeInput(bytes, alias, heapAllocator, options)));
      return { alias, length: bytes.length, reserved, tensor };
    });
    return { modelSpec, outputFilter, tensors };
  });
}

/** The tensor with its bytes as a Uint8Array, whatever memory they are in. */
function plain(tensor: Tensor): unknown {
  if (tensor.dtype !== DType.STRING) return tensor;
  return { ...tensor, bytes: new Uint8Array(tensor.bytes) };
}

function valueOrError(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    const chain: unknown[] = [];
    for (let one = error; one instanceof StatusError; one = one.cause) {
      chain.push([one.code, one.message]);
    }
    assert.ok(chain.length > 0, String(error));
    return chain;
  }
}

function assertSameInChunks(message: Uint8Array, chunks: Iterable<ByteChunks>): void {
  const expected = outcome(message);
  for (const cut of chunks) {
    assert.deepEqual(
      outcome(cut),
      expected,
      `${Buffer.from(message).toString('hex')} in ${cut.chunks.map(({ length }) => length)}`,
    );
  }
}

function* someCuts(message: Uint8Array, random: () => number): Generator<ByteChunks> {
  if (message.length < 1000) yield cutIntoBytes(message);
  for (let i = 0; i < 4; i++) yield randomCut(message, random);
}

/** Strings of all kinds, values that come twice, unknown fields, groups, and every kind of list. */
function randomRequest(random: () => number): Uint8Array {
  const writer = new BinaryWriter();
  const below = (limit: number) => Math.floor(random() * limit);
  const text = () => 'aé模😀'.slice(below(4)).repeat(below(4));
  const nested = (field: number, write: () => void) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    write();
    writer.join();
  };
  const field = (number: number, bytes: Uint8Array) =>
    writer.tag(number, WireType.LengthDelimited).bytes(bytes);
  const unknown = () => {
    writer
      .tag(9, WireType.StartGroup)
      .tag(1, WireType.Bit32)
      .fixed32(below(2 ** 32));
    writer.tag(2, WireType.Bit64).fixed64(1n).tag(9, WireType.EndGroup);
  };
  for (let parts = below(5); parts >= 0; parts--) {
    if (random() < 0.3) {
      nested(1, () => {
        writer.tag(1, WireType.LengthDelimited).string(text());
        writer.tag(3, WireType.LengthDelimited).string(text());
        if (random() < 0.5)
          nested(2, () => writer.tag(1, WireType.Varint).int64(BigInt(below(1e6))));
        else writer.tag(4, WireType.LengthDelimited).string(text());
      });
    } else if (random() < 0.2) writer.tag(3, WireType.LengthDelimited).string(text());
    else if (random() < 0.25) unknown();
    else {
      nested(2, () => {
        if (random() < 0.9) writer.tag(1, WireType.LengthDelimited).string(text());
        const dtype = encodableDTypes[below(encodableDTypes.length)]!;
        const tensor = encodeTensor(randomTensor(dtype, random), random() < 0.4);
        if (random() < 0.7) field(2, tensor);
        else {
          const at = below(tensor.length);
          field(2, tensor.subarray(0, at));
          if (random() < 0.3) unknown();
          field(2, tensor.subarray(at));
        }
        if (random() < 0.1) field(2, unpackedList(random));
      });
    }
  }
  return writer.finish();
}

function unpackedList(random: () => number): Uint8Array {
  const writer = new BinaryWriter();
  for (let i = 0; i < 5; i++) {
    const value = Math.floor((random() - 0.5) * 2 ** 31);
    writer.tag(7, WireType.Varint).int32(value);
    writer.tag(10, WireType.Varint).int64(BigInt(value) * 2n ** 20n);
    writer.tag(5, WireType.Bit32).float(value).tag(6, WireType.Bit64).double(value);
    writer.tag(11, WireType.Varint).int64(BigInt(value) << 30n);
    writer.tag(8, WireType.LengthDelimited).string(`${value}`);
  }
  return writer.finish();
}

test('short messages mean the same in every cut, right or wrong', () => {
  const random = new Random(1);
  const seeds = [
    [0x12, 0x0b, 0x0a, 0x01, 0x78, 0x12, 0x06, 0x08, 0x09, 0x52, 0x02, 0x80, 0x01],
    [0x12, 0x0b, 0x12, 0x09, 0x08, 0x01, 0x2d, 0x01, 0x02, 0x03, 0x04, 0x12, 0x00],
    [0x12, 0x0a, 0x12, 0x08, 0x08, 0x07, 0x42, 0x01, 0xff, 0x42, 0x01, 0x80],
    [0x12, 0x0a, 0x12, 0x08, 0x08, 0x0a, 0x22, 0x02, 0x01, 0x00, 0x58, 0x01],
    [0x0a, 0x0a, 0x0a, 0x02, 0xc3, 0xa9, 0x12, 0x04, 0x08, 0xac, 0x82, 0x04],
    [0x0a, 0x05, 0x1a, 0x03, 0xe2, 0x82, 0xac, 0x1a, 0x01, 0x79],
  ].map((bytes) => Buffer.from(bytes));
  for (const seed of seeds) assertSameInChunks(seed, everyCut(seed));
  for (let i = 0; i < (isExhaustive ? 2000 : 100); i++) {
    const message = mutateBinary(random.pick(seeds), random).subarray(0, 13);
    assertSameInChunks(message, everyCut(message));
  }
});

test('requests of every dtype and form mean the same in any chunks', () => {
  const random = randomFrom(2);
  for (let i = 0; i < (isExhaustive ? 20_000 : 1000); i++) {
    const message = randomRequest(random);
    assertSameInChunks(message, someCuts(message, random));
  }
});

test('recorded requests mean the same in any chunks', () => {
  const random = randomFrom(3);
  for (const { cases } of goldenModels('tensorflow')) {
    for (const { method, grpc } of cases) {
      if (method !== 'predict' || grpc === null) continue;
      assertSameInChunks(grpc.request, someCuts(grpc.request, random));
    }
  }
});

test('wrong requests fail in the same way in any chunks', () => {
  const changes = new Random(4);
  const random = randomFrom(4);
  for (let i = 0; i < (isExhaustive ? 100_000 : 4000); i++) {
    const message = mutateBinary(Buffer.from(randomRequest(random)), changes);
    assertSameInChunks(message, someCuts(message, random));
  }
});

test('a value in chunks is decoded from them, and copied once', () => {
  const length = 16 << 20;
  const tensorProto = encodeTensor(heapAllocator.allocate(DType.FLOAT, [length / 4]), false);
  const message = new BinaryWriter()
    .tag(2, WireType.LengthDelimited)
    .fork()
    .tag(1, WireType.LengthDelimited)
    .string('x')
    .tag(2, WireType.LengthDelimited)
    .bytes(tensorProto)
    .join()
    .finish();
  const size = 60_000;
  const chunks = new ByteChunks(
    Array.from({ length: Math.ceil(message.length / size) }, (_, i) =>
      message.slice(i * size, (i + 1) * size),
    ),
  );
  const before = process.memoryUsage().arrayBuffers;
  const input = decodePredictRequest(chunks).inputs.get('x')!;
  const allocated = process.memoryUsage().arrayBuffers - before;
  assert.ok(allocated < 1000, `${allocated} bytes allocated to split the message`);
  assert.deepEqual(joinBytes(input), joinBytes(new ByteChunks([tensorProto])));

  const start = process.memoryUsage().arrayBuffers;
  let tensorBytes = 0;
  const tensor = decodeInput(
    input,
    'x',
    {
      allocate(dtype, shape) {
        const made = heapAllocator.allocate(dtype, shape);
        tensorBytes += made.data.byteLength;
        return made;
      },
    },
    { maxFilledBytes: 1 },
  );
  const taken = process.memoryUsage().arrayBuffers - start;
  assert.equal(tensorBytes, length);
  assert.ok(taken < length + 1000, `${taken} bytes allocated for a tensor of ${length}`);
  assert.equal(tensor.dtype, DType.FLOAT);
  // What the numbers above compare with was alive until here.
  assert.ok(chunks.length === message.length && tensorProto.length < message.length);
});
