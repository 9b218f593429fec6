import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ClassificationRequestSchema, type Example } from '../proto/index.ts';
import { StatusError } from '../status/index.ts';
import type { StringTensor } from '../tensor/index.ts';
import type { Bytes } from '../util/index.ts';
import { cutAt, cutIntoBytes } from '../util/testing/cuts.ts';
import type { ExamplesReader } from './examples-input.ts';
import { decodeExamplesRequest } from './examples-request.ts';
import {
  exampleMessage,
  examplesRequestMessage,
  inputMessage,
  serializedExample,
} from './testing/example-messages.ts';

const examples = [
  exampleMessage({ age: [31.5], tags: ['red', 'ünï'] }),
  exampleMessage({}),
  exampleMessage({ clicks: [1n, -2n] }),
];
const context = exampleMessage({ country: ['BR'], age: [1] });

const request = (given: readonly Example[], shared?: Example) =>
  toBinary(ClassificationRequestSchema, examplesRequestMessage('s', inputMessage(given, shared)));

class Reader implements ExamplesReader {
  readonly signal = null;
  readonly reserved: number[] = [];
  reserve(bytes: number): void {
    this.reserved.push(bytes);
  }
}

function read(message: Bytes, reader: ExamplesReader = new Reader()): StringTensor {
  const tensor = decodeExamplesRequest(message).input.tensor(reader);
  assert.ok(!(tensor instanceof Promise));
  return tensor;
}

function strings({ bytes, offsets }: StringTensor): Buffer[] {
  return Array.from(offsets.subarray(1), (end, i) => Buffer.from(bytes.subarray(offsets[i]!, end)));
}

/** A request whose fields are written by `write`; its Input is field 2. */
function handMade(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

const lengthField = (writer: BinaryWriter, field: number, ...parts: Uint8Array[]) =>
  writer.tag(field, WireType.LengthDelimited).bytes(Buffer.concat(parts));

/** A field with a value of these bytes. */
function field(number: number, ...parts: Uint8Array[]): Uint8Array {
  return lengthField(new BinaryWriter(), number, ...parts).finish();
}

test('Examples are given as they are, in their order', () => {
  const tensor = read(request(examples));
  assert.deepEqual(tensor.shape, [3]);
  assert.deepEqual(strings(tensor), examples.map(serializedExample));
});

test('a context stands in front of every Example, wherever the message has it', () => {
  const expected = examples.map((example) =>
    Buffer.concat([serializedExample(context), serializedExample(example)]),
  );
  assert.deepEqual(strings(read(request(examples, context))), expected);
  const [one, two, three] = examples.map((example) => field(1, serializedExample(example)));
  const shared = field(2, serializedExample(context));
  for (const list of [
    [shared, one!, two!, three!],
    [one!, shared, two!, three!],
  ]) {
    assert.deepEqual(strings(read(field(2, field(2, ...list)))), expected);
  }
});

test('what comes several times is merged, and of two kinds of list the last counts', () => {
  const [one, two, three] = examples.map((example) => field(1, serializedExample(example)));
  const [first, second, third] = examples.map(serializedExample);
  const plain = (...parts: Uint8Array[]) => field(1, ...parts);
  const withContext = (...parts: Uint8Array[]) => field(2, ...parts);
  const twice = Buffer.concat([field(2, plain(one!)), field(2, plain(two!), plain(three!))]);
  assert.deepEqual(strings(read(twice)), [first, second, third]);
  const parts = [field(2, Buffer.from('')), field(2, serializedExample(context))];
  const contexts = field(2, withContext(parts[1]!, one!), withContext(parts[1]!, parts[0]!));
  const doubled = [serializedExample(context), serializedExample(context), first!];
  assert.deepEqual(strings(read(contexts)), [Buffer.concat(doubled)]);
  assert.deepEqual(strings(read(field(2, withContext(one!), plain(two!)))), [second]);
  assert.deepEqual(strings(read(field(2, plain(one!), withContext(two!)))), [second]);
  assert.deepEqual(strings(read(field(2, plain(one!), withContext(two!), plain(three!)))), [third]);
});

test('fields that nobody knows are passed over', () => {
  const unknown = Buffer.concat([field(9, Buffer.from('x')), Buffer.from([0x40, 1])]);
  const [first] = examples.map(serializedExample);
  const message = Buffer.concat([
    unknown,
    field(2, unknown, field(1, unknown, field(1, first!), unknown), unknown),
    unknown,
  ]);
  assert.deepEqual(strings(read(message)), [first]);
});

test('a request without Examples has an empty vector', () => {
  for (const message of [
    new Uint8Array(),
    field(2),
    field(2, field(1)),
    field(2, field(2)),
    request([]),
    request([], context),
  ]) {
    assert.deepEqual(read(message).shape, [0]);
  }
});

test('the cuts between chunks do not matter', () => {
  for (const message of [request(examples), request(examples, context)]) {
    const expected = strings(read(message));
    const cuts = [cutIntoBytes(message), ...Array.from(message, (_, i) => cutAt(message, [i]))];
    for (const chunks of cuts) assert.deepEqual(strings(read(chunks)), expected);
  }
});

test('what is malformed is refused where Examples could run into each other', () => {
  const refuses = (message: Uint8Array, text: RegExp) =>
    assert.throws(
      () => read(message),
      (error) => error instanceof StatusError && text.test(error.message),
    );
  const list = (...parts: Uint8Array[]) => field(2, field(1, ...parts));
  // A field that goes on behind the end of its Example.
  refuses(list(field(1, Buffer.from([0x0a, 5, 1]))), /truncated field/);
  refuses(field(2, field(2, field(2, Buffer.from([0x0a, 5, 1])))), /truncated field/);
  refuses(list(field(1, Buffer.from([0x0f]))), /bad wire type/);
  refuses(list(field(1, Buffer.from([0x00]))), /bad field tag/);
  refuses(list(Buffer.from([0x0a, 9, 1])), /truncated field/);
  refuses(field(2, Buffer.from([0x0a, 9, 1])), /truncated field/);
  refuses(
    handMade((writer) => writer.raw(Buffer.from([0x12, 9, 1]))),
    /truncated field/,
  );
});

test('all memory is accounted for before it is taken', () => {
  const reader = new Reader();
  const { bytes } = read(request(examples, context), reader);
  assert.deepEqual(reader.reserved, [3 * 32 + bytes.length]);
  // A megabyte for each of a million Examples of no bytes: never tried.
  const vast = exampleMessage({ f: ['x'.repeat(2 ** 20)] });
  const many = Buffer.alloc(2 * 2 ** 20);
  for (let i = 0; i < many.length; i += 2) many[i] = 0x0a;
  const message = field(2, field(2, many, field(2, serializedExample(vast))));
  const refusal = new Error('too much');
  const reserve = (count: number) => {
    assert.ok(count > 2 ** 40);
    throw refusal;
  };
  const tensor = async () => decodeExamplesRequest(message).input.tensor({ reserve, signal: null });
  return assert.rejects(tensor(), refusal);
});

test('many Examples let the event loop go on, until they are no longer wanted', async () => {
  const message = request(Array.from({ length: 60_000 }, () => examples[0]!));
  const reader = new Reader();
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  try {
    const tensor = await decodeExamplesRequest(message).input.tensor(reader);
    assert.deepEqual(tensor.shape, [60_000]);
    assert.ok(strings(tensor).every((one) => one.equals(serializedExample(examples[0]!))));
  } finally {
    clearInterval(counting);
  }
  assert.ok(turns > 0);
  const abort = new AbortController();
  const aborted = decodeExamplesRequest(message).input.tensor({
    reserve: () => {},
    signal: abort.signal,
  });
  abort.abort();
  await assert.rejects(async () => aborted, /The client has gone away/);
});
