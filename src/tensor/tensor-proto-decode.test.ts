import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Code, StatusError } from '../status/index.ts';
import { cutAt } from '../util/testing/cuts.ts';
import {
  DType,
  decodeTensorProto,
  heapAllocator,
  type NumericTensor,
  type PendingFill,
  type StringTensor,
  type TensorAllocator,
} from './index.ts';
import { encodableDTypes, randomNumbers, randomTensor } from './testing/random-tensor.ts';
import {
  assertSameTensor,
  decodeToHeap,
  encodeTensor,
  numbersOf,
  shapeProto,
  stringsOf,
  type TensorProtoInit,
  tensorProto,
} from './testing/tensor-protos.ts';

const options = { maxFilledBytes: 2 ** 20 };

function fails(message: Uint8Array, code: Code, text: RegExp): void {
  assert.throws(
    () => decodeToHeap(message),
    (error) => {
      assert.ok(error instanceof StatusError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, text);
      return true;
    },
  );
}

test('a message cut anywhere is refused or read, but never crashes', () => {
  const random = randomNumbers(5);
  for (const dtype of encodableDTypes) {
    for (const asTensorContent of [false, true]) {
      const message = encodeTensor(randomTensor(dtype, random), asTensorContent);
      for (let end = 0; end < message.length; end++) {
        try {
          decodeToHeap(message.subarray(0, end));
        } catch (error) {
          assert.ok(error instanceof StatusError, `cut at ${end}: ${error}`);
        }
      }
    }
  }
});

test('a message with any byte changed is refused or read, but never crashes', () => {
  const random = randomNumbers(6);
  for (let i = 0; i < 4000; i++) {
    const dtype = encodableDTypes[i % encodableDTypes.length]!;
    const message = encodeTensor(randomTensor(dtype, random), random() < 0.5);
    message[Math.floor(random() * message.length)] = Math.floor(random() * 256);
    try {
      decodeToHeap(message);
    } catch (error) {
      assert.ok(error instanceof StatusError, `${message.toString('hex')}: ${error}`);
    }
  }
});

test('lists are read unpacked, packed, and mixed in the order of the wire', () => {
  const head = tensorProto({ dtype: DType.INT32, tensorShape: shapeProto(5) });
  const list = new BinaryWriter()
    .raw(head)
    .tag(7, WireType.Varint)
    .int32(-1)
    .tag(7, WireType.LengthDelimited)
    .fork()
    .int32(2)
    .int32(3)
    .join()
    .tag(7, WireType.Varint)
    .int32(4)
    .tag(7, WireType.LengthDelimited)
    .fork()
    .int32(5)
    .join()
    .finish();
  assert.deepEqual(numbersOf(decodeToHeap(list)), [-1, 2, 3, 4, 5]);

  const floats = new BinaryWriter()
    .raw(tensorProto({ dtype: DType.FLOAT, tensorShape: shapeProto(4), floatVal: [1, 2] }))
    .tag(5, WireType.Bit32)
    .float(3)
    .tag(5, WireType.Bit32)
    .float(4)
    .finish();
  assert.deepEqual(numbersOf(decodeToHeap(floats)), [1, 2, 3, 4]);

  const bools = new BinaryWriter()
    .raw(tensorProto({ dtype: DType.BOOL, tensorShape: shapeProto(3) }))
    .tag(11, WireType.Varint)
    .int32(0)
    .tag(11, WireType.Varint)
    .int64(2n ** 40n)
    .tag(11, WireType.Varint)
    .int32(7)
    .finish();
  assert.deepEqual(numbersOf(decodeToHeap(bools)), [0, 1, 1]);

  const wide = new BinaryWriter()
    .raw(tensorProto({ dtype: DType.INT64, tensorShape: shapeProto(2) }))
    .tag(10, WireType.Varint)
    .int64(-5n)
    .tag(10, WireType.Varint)
    .int64(2n ** 40n)
    .finish();
  assert.deepEqual(numbersOf(decodeToHeap(wide)), [-5n, 2n ** 40n]);
});

test('varints of every length are read at every distance from the end of the list', () => {
  const sizes = [1, 2 ** 7, 2 ** 14, 2 ** 21, 2 ** 28, -1];
  for (const first of sizes) {
    for (const second of sizes) {
      for (const third of sizes) {
        const values = [first, second, third];
        const int32 = { dtype: DType.INT32, tensorShape: shapeProto(5), intVal: values };
        const filled = [...values, third, third];
        assert.deepEqual(numbersOf(decodeToHeap(tensorProto(int32))), filled);
        const int64Val = values.map(BigInt);
        const int64 = { dtype: DType.INT64, tensorShape: shapeProto(5), int64Val };
        assert.deepEqual(numbersOf(decodeToHeap(tensorProto(int64))), filled.map(BigInt));
        const three = { ...int32, tensorShape: shapeProto(3) };
        assert.deepEqual(numbersOf(decodeToHeap(tensorProto(three))), values);
      }
    }
  }
});

test('the last value fills the rest, none means zeros, surplus is ignored', () => {
  const init = (values: TensorProtoInit, ...shape: number[]): Uint8Array =>
    tensorProto({ ...values, tensorShape: shapeProto(...shape) } as TensorProtoInit);
  const float = { dtype: DType.FLOAT };
  assert.deepEqual(
    numbersOf(decodeToHeap(init({ ...float, floatVal: [1, 2.5] }, 2, 3))),
    [1, 2.5, 2.5, 2.5, 2.5, 2.5],
  );
  assert.deepEqual(numbersOf(decodeToHeap(init(float, 3))), [0, 0, 0]);
  assert.deepEqual(numbersOf(decodeToHeap(init({ ...float, floatVal: [1, 2, 3] }, 2))), [1, 2]);
  assert.deepEqual(numbersOf(decodeToHeap(init({ ...float, intVal: [1, 2] }, 2))), [0, 0]);
  const int8 = { dtype: DType.INT8, intVal: [-3, 300] };
  assert.deepEqual(numbersOf(decodeToHeap(init(int8, 4))), [-3, 44, 44, 44]);
  const int64 = { dtype: DType.INT64, int64Val: [-(2n ** 62n)] };
  assert.deepEqual(numbersOf(decodeToHeap(init(int64, 2))), [-(2n ** 62n), -(2n ** 62n)]);
  const bool = { dtype: DType.BOOL, boolVal: [true] };
  assert.deepEqual(numbersOf(decodeToHeap(init(bool, 3))), [1, 1, 1]);
  const complex = { dtype: DType.COMPLEX64, scomplexVal: [1, 2, 3, 4, 5] };
  assert.deepEqual(numbersOf(decodeToHeap(init(complex, 4))), [1, 2, 3, 4, 3, 4, 3, 4]);
  assert.deepEqual(
    numbersOf(decodeToHeap(init({ ...complex, scomplexVal: [1] }, 2))),
    [0, 0, 0, 0],
  );
  const string = { dtype: DType.STRING };
  const ab = { ...string, stringVal: [Buffer.from('a'), Buffer.from('bc')] };
  assert.deepEqual(stringsOf(decodeToHeap(init(ab, 5))), ['a', 'bc', 'bc', 'bc', 'bc']);
  assert.deepEqual(stringsOf(decodeToHeap(init(ab, 1))), ['a']);
  assert.deepEqual(stringsOf(decodeToHeap(init(string, 2))), ['', '']);
});

test('memory that held something else is written in every byte', () => {
  const dirty: TensorAllocator = {
    allocate(dtype, shape) {
      const tensor = heapAllocator.allocate(dtype, shape);
      new Uint8Array(tensor.data.buffer).fill(0xaa);
      return tensor;
    },
  };
  const float = { dtype: DType.FLOAT, tensorShape: shapeProto(3) };
  assert.deepEqual(numbersOf(decodeTensorProto(tensorProto(float), dirty, options)), [0, 0, 0]);
  const complex = { dtype: DType.COMPLEX64, tensorShape: shapeProto(2), scomplexVal: [1] };
  assert.deepEqual(
    numbersOf(decodeTensorProto(tensorProto(complex), dirty, options)),
    [0, 0, 0, 0],
  );
});

test('half and bfloat16 take the low 16 bits of their numbers', () => {
  for (const dtype of [DType.HALF, DType.BFLOAT16]) {
    const message = tensorProto({
      dtype: dtype,
      tensorShape: shapeProto(3),
      halfVal: [0x3c00, 0x12345, -1],
    });
    assert.deepEqual(numbersOf(decodeToHeap(message)), [0x3c00, 0x2345, 0xffff]);
  }
});

test('tensor_content that is not empty wins over the typed list', () => {
  const both = {
    dtype: DType.INT32,
    tensorShape: shapeProto(1),
    tensorContent: new Uint8Array([1, 2, 0, 0]),
    intVal: [9],
  };
  assert.deepEqual(numbersOf(decodeToHeap(tensorProto(both))), [513]);
  assert.deepEqual(
    numbersOf(decodeToHeap(tensorProto({ ...both, tensorContent: new Uint8Array() }))),
    [9],
  );
  const text = {
    dtype: DType.STRING,
    tensorShape: shapeProto(2),
    tensorContent: new Uint8Array([1, 2, 0x61, 0x62, 0x63]),
    stringVal: [Buffer.from('x')],
  };
  assert.deepEqual(stringsOf(decodeToHeap(tensorProto(text))), ['a', 'bc']);
});

test('shapes: none is a scalar, unknown rank counts for nothing, zero needs no data', () => {
  const float = { dtype: DType.FLOAT, floatVal: [7] };
  assert.deepEqual(decodeToHeap(tensorProto(float)).shape, []);
  assert.deepEqual(numbersOf(decodeToHeap(tensorProto(float))), [7]);
  assert.deepEqual(
    decodeToHeap(tensorProto({ ...float, tensorShape: { unknownRank: true } })).shape,
    [],
  );
  const none = decodeToHeap(tensorProto({ ...float, tensorShape: shapeProto(3, 0) }));
  assert.deepEqual(none.shape, [3, 0]);
  assert.deepEqual(numbersOf(none), []);
  const content = { tensorShape: shapeProto(0), tensorContent: new Uint8Array(5) };
  for (const dtype of encodableDTypes) {
    assert.deepEqual(decodeToHeap(tensorProto({ dtype: dtype, ...content })).shape, [0]);
  }
});

test('what comes twice is merged as protobuf does: the last value, all dimensions', () => {
  const merged = Buffer.concat([
    tensorProto({ dtype: DType.INT32, tensorShape: shapeProto(2), intVal: [1, 2] }),
    tensorProto({ dtype: DType.FLOAT, tensorShape: shapeProto(2), floatVal: [1, 2] }),
    tensorProto({ floatVal: [3, 4] }),
  ]);
  const tensor = decodeToHeap(merged);
  assert.equal(tensor.dtype, DType.FLOAT);
  assert.deepEqual(tensor.shape, [2, 2]);
  assert.deepEqual(numbersOf(tensor), [1, 2, 3, 4]);
  const contents = Buffer.concat([
    tensorProto({
      dtype: DType.UINT8,
      tensorShape: shapeProto(1),
      tensorContent: Uint8Array.of(1),
    }),
    tensorProto({ tensorContent: Uint8Array.of(2) }),
  ]);
  assert.deepEqual(numbersOf(decodeToHeap(contents)), [2]);
});

test('a known field of another wire type, and unknown fields, are passed over', () => {
  const message = new BinaryWriter()
    .tag(1, WireType.Bit32)
    .fixed32(3)
    .raw(tensorProto({ dtype: DType.INT32, tensorShape: shapeProto(1), intVal: [5] }))
    .tag(99, WireType.LengthDelimited)
    .string('later')
    .tag(4, WireType.Varint)
    .int32(1)
    .finish();
  assert.deepEqual(numbersOf(decodeToHeap(message)), [5]);
});

test('what TensorFlow does not take for a tensor is refused', () => {
  const float = { dtype: DType.FLOAT };
  const refused = (init: TensorProtoInit, text: RegExp) =>
    fails(tensorProto(init), Code.INVALID_ARGUMENT, text);
  refused({}, /dtype 0/);
  refused({ ...float, tensorShape: shapeProto(-1) }, /shape \[-1\]/);
  refused({ ...float, tensorShape: shapeProto(2, -2) }, /shape \[2,-2\]/);
  for (const dtype of [DType.RESOURCE, DType.VARIANT, 101, 24, 9999, -1]) {
    refused({ dtype: dtype }, new RegExp(`dtype ${dtype}`));
  }
  refused({ ...float, tensorShape: shapeProto(...new Array(255).fill(1)) }, /254 dimensions/);
  refused({ ...float, tensorShape: shapeProto(2 ** 40, 2 ** 40, 0) }, /shape/);
  refused({ ...float, tensorShape: shapeProto(2), tensorContent: new Uint8Array(7) }, /7 bytes/);
  refused({ ...float, tensorShape: shapeProto(2), tensorContent: new Uint8Array(12) }, /12 bytes/);
  const bools = { tensorShape: shapeProto(2), tensorContent: Uint8Array.of(1, 2) };
  refused({ dtype: DType.BOOL, ...bools }, /byte 2 is not a bool/);
  const string = { dtype: DType.STRING, tensorShape: shapeProto(2) };
  for (const content of [
    [1],
    [1, 1, 0x61],
    [0, 1, 0x61, 0x62],
    [0x80, 0x80, 0x80, 0x80, 0x10, 0],
  ]) {
    refused({ ...string, tensorContent: Uint8Array.from(content) }, /tensor_content/);
  }
  const odd = Buffer.concat([tensorProto(float), Buffer.from([0x2a, 3, 0, 0, 0])]);
  fails(odd, Code.INVALID_ARGUMENT, /packed list has 3 bytes/);
  fails(Uint8Array.of(8, 1, 0x22, 9), Code.INVALID_ARGUMENT, /truncated field at byte 3/);
});

test('a short message cannot ask for memory without end', () => {
  for (const dtype of encodableDTypes) {
    for (const sizes of [[2 ** 40], [2 ** 31, 2 ** 31], [2 ** 21]]) {
      const message = tensorProto({ dtype: dtype, tensorShape: shapeProto(...sizes) });
      const limit = dtype === DType.STRING ? 65536 : 1048576;
      fails(message, Code.RESOURCE_EXHAUSTED, new RegExp(`more than the limit of ${limit}$`));
    }
  }
  const long = { dtype: DType.STRING, stringVal: [Buffer.alloc(1000)] };
  fails(tensorProto({ ...long, tensorShape: shapeProto(2000) }), Code.RESOURCE_EXHAUSTED, /limit/);
  const huge = { dtype: DType.STRING, tensorShape: shapeProto(2 ** 40) };
  fails(
    tensorProto({ ...huge, tensorContent: new Uint8Array(9) }),
    Code.INVALID_ARGUMENT,
    /lengths/,
  );
});

test('a tensor whose values are all in the message may be larger than the fill limit', () => {
  const count = 2 ** 19;
  const none = { maxFilledBytes: 0 };
  const int64 = heapAllocator.allocate(DType.INT64, [count]);
  assertSameTensor(decodeTensorProto(encodeTensor(int64), heapAllocator, none), int64);
  const empty: StringTensor = {
    dtype: DType.STRING,
    shape: [count],
    bytes: new Uint8Array(),
    offsets: new Float64Array(count + 1),
  };
  assertSameTensor(decodeTensorProto(encodeTensor(empty), heapAllocator, none), empty);
});

test('a single string and a content of strings are views of the message', () => {
  const one = Buffer.from(
    tensorProto({ dtype: DType.STRING, stringVal: [Buffer.alloc(100, 'x')] }),
  );
  assert.equal((decodeToHeap(one) as StringTensor).bytes.buffer, one.buffer);
  const content = Buffer.from(
    tensorProto({
      dtype: DType.STRING,
      tensorShape: shapeProto(2),
      tensorContent: Uint8Array.of(1, 1, 0x61, 0x62),
    }),
  );
  assert.equal((decodeToHeap(content) as StringTensor).bytes.buffer, content.buffer);
});

test('memory beyond the message is reserved before it is taken', () => {
  const reserved = (init: TensorProtoInit): number => {
    let sum = 0;
    const reserve = (bytes: number) => {
      sum += bytes;
    };
    decodeTensorProto(tensorProto(init), heapAllocator, { ...options, reserve });
    return sum;
  };
  const filled = { dtype: DType.INT64, tensorShape: shapeProto(1000) };
  assert.equal(reserved(filled), 8000 - tensorProto(filled).length);
  const whole = { dtype: DType.INT64, tensorShape: shapeProto(2), tensorContent: Buffer.alloc(16) };
  assert.equal(reserved(whole), 0);
  const strings = {
    dtype: DType.STRING,
    tensorShape: shapeProto(50),
    stringVal: [Buffer.alloc(9)],
  };
  assert.equal(reserved(strings), 50 * (32 + 9) - tensorProto(strings).length);

  const allocator = { allocate: () => assert.fail('memory was allocated') };
  const reserve = () => {
    throw new RangeError('none left');
  };
  for (const init of [filled, strings]) {
    assert.throws(
      () => decodeTensorProto(tensorProto(init), allocator, { ...options, reserve }),
      RangeError,
    );
  }
});

test('the rest of a large tensor may be filled later, in steps', () => {
  const pending: PendingFill[] = [];
  const fillLater = (fill: PendingFill) => void pending.push(fill);
  const decode = (count: number) =>
    decodeTensorProto(
      tensorProto({ dtype: DType.FLOAT, tensorShape: shapeProto(count), floatVal: [1, 2.5] }),
      heapAllocator,
      { ...options, fillLater },
    );
  assert.deepEqual(numbersOf(decode(4)), [1, 2.5, 2.5, 2.5]);
  assert.equal(pending.length, 0);
  const tensor = decode(250_000);
  assert.equal(pending.length, 1);
  while (!pending[0]!.step());
  const numbers = numbersOf(tensor);
  assert.equal(numbers[0], 1);
  assert.ok(numbers.slice(1).every((number) => number === 2.5));
});

/** Decodes with the work of filling put off, and says how many steps that took. */
function decodeLater(bytes: Parameters<typeof decodeTensorProto>[0]) {
  const pending: PendingFill[] = [];
  const fillLater = (fill: PendingFill) => void pending.push(fill);
  const tensor = decodeTensorProto(bytes, heapAllocator, { ...options, fillLater });
  let steps = 0;
  for (const fill of pending) {
    do steps++;
    while (!fill.step());
  }
  return { tensor, steps };
}

test('long lists may be read later, in steps, from any chunks', () => {
  const many = 100_000;
  const values = Array.from({ length: many }, (_, i) => (i * i) % 3_000_000);
  const tensorShape = shapeProto(many + 50_000);
  const inits: TensorProtoInit[] = [
    { dtype: DType.INT32, intVal: values.map((value) => (value % 7 === 0 ? -value : value)) },
    { dtype: DType.INT64, int64Val: values.map((value) => BigInt.asIntN(64, BigInt(value) ** 3n)) },
    { dtype: DType.UINT8, intVal: values },
    { dtype: DType.HALF, halfVal: values.map((value) => value & 0xffff) },
    { dtype: DType.BOOL, boolVal: values.map((value) => value % 3 === 0) },
    { dtype: DType.FLOAT, floatVal: [...values, ...values] },
    { dtype: DType.COMPLEX64, scomplexVal: [...values, ...values, 1] },
    { dtype: DType.DOUBLE, doubleVal: values },
    { dtype: DType.STRING, stringVal: values.map((value) => Buffer.alloc(value % 11, value)) },
    { dtype: DType.STRING, stringVal: [Buffer.alloc(900_000, 1), Buffer.alloc(0)] },
  ];
  for (const init of inits) {
    const message = tensorProto({ ...init, tensorShape });
    const places = Array.from({ length: 60 }, (_, i) => Math.floor((message.length * i) / 61) + i);
    for (const bytes of [message, cutAt(message, places)]) {
      const { tensor, steps } = decodeLater(bytes);
      assert.ok(steps >= 1, `dtype ${init.dtype} in ${steps} steps`);
      assertSameTensor(tensor, decodeTensorProto(bytes, heapAllocator, options));
    }
  }
});

test('long lists whose elements are in many parts are read later just so', () => {
  const writer = new BinaryWriter().raw(
    tensorProto({ dtype: DType.INT32, tensorShape: shapeProto(80_000) }),
  );
  for (let i = 0; i < 30_000; i++) {
    writer.tag(7, WireType.Varint).int32(i);
    writer.tag(7, WireType.LengthDelimited).fork().int32(-i).int32(i).join();
    writer.tag(99, WireType.Varint).int32(1);
  }
  const { tensor, steps } = decodeLater(writer.finish());
  assert.ok(steps >= 2);
  const expected = Array.from({ length: 30_000 }, (_, i) => [i, 0 - i, i]).flat();
  assert.deepEqual(numbersOf(tensor), expected.slice(0, 80_000));
});

test('what is wrong with a long list is found when it is read, with the same text', () => {
  const broken = (dtype: number, field: number, list: Uint8Array) =>
    new BinaryWriter()
      .raw(tensorProto({ dtype, tensorShape: shapeProto(300_000) }))
      .tag(field, WireType.LengthDelimited)
      .bytes(list)
      .finish();
  const cutShort = Buffer.alloc(200_000, 1).fill(0xff, 199_999);
  const cases = [
    [broken(DType.INT32, 7, cutShort), /truncated number/],
    [
      new BinaryWriter()
        .raw(broken(DType.FLOAT, 5, Buffer.alloc(800_000)))
        .tag(5, WireType.LengthDelimited)
        .bytes(Buffer.alloc(7))
        .finish(),
      /packed list has 7 bytes/,
    ],
  ] as const;
  for (const [message, text] of cases) {
    fails(message, Code.INVALID_ARGUMENT, text);
    let fill: PendingFill | null = null;
    decodeTensorProto(message, heapAllocator, {
      ...options,
      fillLater: (one) => {
        fill = one;
      },
    });
    assert.throws(() => {
      while (!fill!.step());
    }, text);
  }
});

test('a large tensor_content may be copied later, in steps, from any chunks', () => {
  const pending: PendingFill[] = [];
  const fillLater = (fill: PendingFill) => void pending.push(fill);
  const content = Buffer.alloc(3 << 20);
  for (let i = 0; i < content.length; i++) content[i] = (i * 31) ^ (i >> 9);
  const message = tensorProto({
    dtype: DType.FLOAT,
    tensorShape: shapeProto(content.length / 4),
    tensorContent: content,
  });
  const places = [1, 9, 70_000, 131_072, 131_073, 3_000_000];
  for (const bytes of [message, cutAt(message, places)]) {
    const tensor = decodeTensorProto(bytes, heapAllocator, { ...options, fillLater });
    const fill = pending.pop()!;
    let steps = 1;
    while (!fill.step()) steps++;
    assert.ok(steps >= 24);
    assert.ok(content.equals(Buffer.from((tensor as NumericTensor).data.buffer)));
    const atOnce = decodeTensorProto(bytes, heapAllocator, options);
    assert.ok(content.equals(Buffer.from((atOnce as NumericTensor).data.buffer)));
  }
});

test('bools are checked however many they are', () => {
  const content = Buffer.alloc(3 << 20);
  content[content.length - 1] = 2;
  const message = tensorProto({
    dtype: DType.BOOL,
    tensorShape: shapeProto(content.length),
    tensorContent: content,
  });
  const fillLater = () => assert.fail('not now, but later');
  assert.throws(() => decodeTensorProto(message, heapAllocator, { ...options, fillLater }), {
    message: 'byte 2 is not a bool',
  });
});
