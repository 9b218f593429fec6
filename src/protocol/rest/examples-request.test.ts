import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { type Example, ExampleSchema } from '../../proto/index.ts';
import { codeName, StatusError } from '../../status/index.ts';
import { randomFrom } from '../../util/testing/random.ts';
import { readExamplesRequest } from './examples-request.ts';
import { numberKernel } from './number-kernel.ts';
import { runToEnd } from './testing/run-to-end.ts';

function read(body: string | Buffer, reserve: (bytes: number) => void = () => {}) {
  const options = { maxDepth: 256, kernelSource: numberKernel, reserve };
  return runToEnd(readExamplesRequest(Buffer.from(body), options));
}

/** The serialized examples. */
function serialized(body: string | Buffer): Buffer[] {
  const { examples } = read(body);
  const { bytes, offsets, shape } = examples;
  assert.deepEqual(shape, [offsets.length - 1]);
  assert.equal(offsets.at(-1), bytes.length);
  return Array.from(offsets.subarray(1), (end, i) => Buffer.from(bytes.subarray(offsets[i]!, end)));
}

/** Features of a parsed Example: kind and values; bytes as latin1. */
function features(example: Example): Record<string, unknown> {
  const entries = Object.entries(example.features?.feature ?? {}).map(([name, { kind }]) => {
    switch (kind.case) {
      case 'bytesList':
        return [
          name,
          ['bytes', kind.value.value.map((one) => Buffer.from(one).toString('latin1'))],
        ];
      case 'floatList':
        return [name, ['float', [...kind.value.value]]];
      case 'int64List':
        return [name, ['int64', [...kind.value.value]]];
      default:
        return [name, ['none']];
    }
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** What the examples of a body hold, by the protobuf library. */
const parsed = (body: string | Buffer) =>
  serialized(body).map((bytes) => features(fromBinary(ExampleSchema, bytes)));

/** The features of one example, given as JSON. */
const one = (example: string) => parsed(`{"examples":[${example}]}`)[0];

function refusal(body: string): string {
  try {
    read(body);
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    return `${codeName(error.code)}: ${error.message}`;
  }
  return 'accepted';
}

test('values make lists of the kind that the first of them has', () => {
  assert.deepEqual(
    one(
      '{"f":1.5,"fs":[1.0,-2e3,NaN,-Infinity,Inf],"i":7,"is":[0,-1,127,128,9007199254740993],' +
        '"b":true,"bs":[false,true,3],"s":"text","ss":["","ü","a\\u00e9\\n"],"e":[],' +
        '"x":{"b64":"//4="},"xs":["a",{"b64":"YmM"}]}',
    ),
    {
      f: ['float', [1.5]],
      fs: ['float', [1, -2000, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
      i: ['int64', [7n]],
      is: ['int64', [0n, -1n, 127n, 128n, 9007199254740993n]],
      b: ['int64', [1n]],
      bs: ['int64', [0n, 1n, 3n]],
      s: ['bytes', ['text']],
      ss: ['bytes', ['', Buffer.from('ü').toString('latin1'), 'a\u00c3\u00a9\n']],
      e: ['none'],
      x: ['bytes', ['\u00ff\u00fe']],
      xs: ['bytes', ['a', 'bc']],
    },
  );
});

test('integers are exact up to 64 bits, floats beyond', () => {
  for (const text of ['9223372036854775807', '-9223372036854775808', '-0', '1000000000000000']) {
    assert.deepEqual(one(`{"x":${text}}`), { x: ['int64', [BigInt(text)]] });
  }
  assert.deepEqual(one('{"x":-9223372036854775809}'), { x: ['float', [-(2 ** 63)]] });
  assert.deepEqual(one('{"x":18446744073709551616}'), { x: ['float', [2 ** 64]] });
  assert.deepEqual(one(`{"x":[1e39,${'9'.repeat(60)}]}`), {
    x: ['float', [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]],
  });
  assert.deepEqual(one('{"x":[0.1,16777217.0]}'), {
    x: ['float', [Math.fround(0.1), 16777216]],
  });
});

test('the bytes are those of canonical protobuf, features in the order of the text', () => {
  const [bytes] = serialized('{"examples":[{"b":[1,2],"a":"x","c":[1.0],"d":[]}]}');
  assert.equal(
    bytes!.toString('hex'),
    '0a2f' +
      '0a0b0a0162' +
      '1206' +
      '1a04' +
      '0a020102' +
      '0a0a0a0161' +
      '1205' +
      '0a03' +
      '0a0178' +
      '0a0d0a0163' +
      '1208' +
      '1206' +
      '0a040000803f' +
      '0a050a0164' +
      '1200',
  );
});

test('of features with one name the last counts; names may be anything', () => {
  assert.deepEqual(one('{"x":1,"y":2,"x":[1.5]}'), { x: ['float', [1.5]], y: ['int64', [2n]] });
  assert.deepEqual(one('{"":1,"\\u00e9\\"":2}'), { '': ['int64', [1n]], 'é"': ['int64', [2n]] });
});

test('empty examples are empty messages, white space may be anywhere', () => {
  assert.deepEqual(serialized('{"examples":[{},{ }]}'), [Buffer.alloc(0), Buffer.alloc(0)]);
  assert.deepEqual(
    parsed(' { "examples" : [ { "x" : [ 1 , 2 ] , "y" : { "b64" : "YQ==" } } , { } ] } trailing'),
    [{ x: ['int64', [1n, 2n]], y: ['bytes', ['a']] }, {}],
  );
});

test('a context stands in front of every example', () => {
  const [context] = serialized('{"examples":[{"c":"BR","x":[5]}]}');
  const examples = serialized('{"examples":[{"x":1.5},{}]}');
  const body = '{"examples":[{"x":1.5},{}],"context":{"c":"BR","x":[5]}}';
  assert.deepEqual(
    serialized(body),
    examples.map((example) => Buffer.concat([context!, example])),
  );
  assert.deepEqual(parsed(body), [
    { c: ['bytes', ['BR']], x: ['float', [1.5]] },
    { c: ['bytes', ['BR']], x: ['int64', [5n]] },
  ]);
  assert.deepEqual(serialized('{"context":{},"examples":[{"x":1.5},{}]}'), examples);
});

test('the name of the signature', () => {
  assert.equal(read('{"examples":[{}]}').signatureName, '');
  assert.equal(read('{"examples":[{}],"signature_name":"a\\u0062"}').signatureName, 'ab');
});

test('bodies that are no such request have the texts of TensorFlow Serving', () => {
  const kinds = 'Unexpected element type in feature: x expecting type:';
  const unexpected = 'Feature: x has element with unexpected JSON type:';
  const rows: readonly (readonly [string, string])[] = [
    ['', 'JSON Parse error: The document is empty'],
    [
      '{"examples":[{}',
      "JSON Parse error: Missing a comma or ']' after an array element. at offset: 15",
    ],
    ['[1]', 'JSON Value: [1] Is not object'],
    [
      '{"signature_name":5,"examples":3}',
      'JSON Value: {\n    "signature_name": 5,\n    "examples": 3\n} not formatted correctly. ' +
        "'signature_name' key must be a string value.",
    ],
    ['{}', "JSON Value: {} When method is classify, key 'examples' is expected and was not found"],
    ['{"context":3}', 'Example must be JSON object but got JSON Number'],
    ['{"context":[{}],"examples":3}', 'Example must be JSON object but got JSON Array'],
    [
      '{"examples":{}}',
      'JSON Value: {\n    "examples": {}\n} Expecting \'examples\' value to be an list/array',
    ],
    [
      '{"examples":[ ]}',
      'JSON Value: {\n    "examples": []\n} \'examples\' value is an empty array',
    ],
    ...(
      [
        ['null', 'Null'],
        ['false', 'False'],
        ['true', 'True'],
        ['"s"', 'String'],
        ['[{}]', 'Array'],
        ['1.5', 'Number'],
      ] as const
    ).map(
      ([value, type]) =>
        [
          `{"examples":[{"x":1},${value}]}`,
          `Example must be JSON object but got JSON ${type}`,
        ] as const,
    ),
    ['{"examples":[{"x":[1,2.5]}]}', `${kinds} int64`],
    ['{"examples":[{"x":[1.5,2]}]}', `${kinds} float`],
    ['{"examples":[{"x":["a",2]}]}', `${kinds} bytes`],
    ['{"examples":[{"x":[true,"a"]}]}', `${kinds} int64`],
    ['{"examples":[{"x":[1.5,true]}]}', `${kinds} float`],
    ['{"examples":[{"x":[1.5,{"b64":"YQ=="}]}]}', `${kinds} float`],
    ['{"examples":[{"x":[1.5,18446744073709551615]}]}', `${kinds} float`],
    ['{"examples":[{"x":null}]}', `${unexpected} Null`],
    ['{"examples":[{"x":[[1]]}]}', `${unexpected} Array`],
    ['{"examples":[{"x":{}}]}', `${unexpected} Object`],
    ['{"examples":[{"x":[{"b64":1}]}]}', `${unexpected} Object`],
    ['{"examples":[{"x":{"b64":"YQ==","c":1}}]}', `${unexpected} Object`],
    ['{"examples":[{"x":{"b64":"Y"}}]}', 'Unable to base64 decode'],
    ['{"examples":[{"x":{"b64":"Y!Q="}}]}', 'Unable to base64 decode'],
    ['{"examples":[{"x":{"b64":"Y\\"Q="}}]}', 'Unable to base64 decode'],
    [
      '{"examples":[{"x":9223372036854775808}]}',
      'Feature: x has uint64_t element. Only int64_t is supported.',
    ],
    ['{"context":{"x":[1,"a"]},"examples":[]}', `${kinds} int64`],
  ];
  for (const [body, message] of rows) {
    assert.equal(refusal(body), `INVALID_ARGUMENT: ${message}`, body);
  }
});

/** What {@link features} says of an example that is given as plain values. */
function expectedFeatures(example: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(example).map(([name, value]) => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (values.length === 0) return [name, ['none']];
    if (typeof values[0] === 'string') {
      return [
        name,
        ['bytes', values.map((text) => Buffer.from(text as string).toString('latin1'))],
      ];
    }
    if (typeof values[0] === 'number') {
      return [name, ['float', values.map((number) => Math.fround(number as number))]];
    }
    return [name, ['int64', values.map((number) => BigInt(number as bigint | boolean))]];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

const escaped = (text: string) =>
  JSON.stringify(text).replace(/[é€😀]/gu, (char) =>
    Array.from(
      { length: char.length },
      (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );

test('random examples are read as another reader reads them, in base64 and with escapes too', () => {
  const random = randomFrom(11);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const alphabet = ['a', 'B', ' ', '"', '\\', '\n', 'é', '€', '😀', '/'];
  const randomText = (most: number) =>
    Array.from({ length: upTo(most) }, () => alphabet[upTo(alphabet.length)]).join('');
  const makers: readonly (() => unknown)[] = [
    () => randomText(random() < 0.1 ? 40_000 : 40),
    () => (random() - 0.5) * 10 ** upTo(30) + 0.5,
    () => BigInt(Math.floor((random() - 0.5) * 2 ** 52)) * (random() < 0.5 ? 1n : 1500n),
    () => random() < 0.5,
  ];
  const print = (value: unknown): string => {
    if (typeof value === 'number') return /[.e]/.test(String(value)) ? String(value) : `${value}.0`;
    if (typeof value !== 'string') return String(value);
    if (random() < 0.4) return escaped(value);
    if (random() < 0.4) return JSON.stringify(value);
    const base64 = Buffer.from(value).toString('base64');
    return `{"b64":"${random() < 0.5 ? base64 : base64.replaceAll('/', '\\/').replaceAll('=', '\\u003d')}"}`;
  };
  for (let round = 0; round < 200; round++) {
    const examples = Array.from({ length: 1 + upTo(8) }, () =>
      Object.fromEntries(
        Array.from({ length: upTo(6) }, (_, i) => {
          const make = makers[upTo(makers.length)]!;
          const length = random() < 0.05 ? upTo(3000) : upTo(6);
          const isText = make === makers[0];
          const list = Array.from({ length: isText ? Math.min(length, 5) : length }, make);
          return [`${i}${randomText(5)}`, random() < 0.3 ? make() : list];
        }),
      ),
    );
    const text = examples.map((example) => {
      const members = Object.entries(example).map(([name, value]) => {
        const printed = Array.isArray(value) ? `[${value.map(print).join(',')}]` : print(value);
        return `${escaped(name)}:${printed}`;
      });
      return `{${members.join(', ')}}`;
    });
    assert.deepEqual(
      parsed(`{"examples":[${text.join(',')}]}`),
      examples.map(expectedFeatures),
      `round ${round}`,
    );
  }
});

test('memory beyond the size of the body is accounted for, contexts that are repeated too', () => {
  let reserved = 0;
  const reserve = (bytes: number) => {
    assert.ok(bytes > 0);
    reserved += bytes;
  };
  const body = `{"context":{"x":"${'y'.repeat(10_000)}"},"examples":[{}${',{}'.repeat(999)}]}`;
  const { examples } = read(body, reserve);
  assert.ok(examples.bytes.length > 10_000_000);
  assert.ok(reserved + body.length >= examples.bytes.length + 1000 * 32);
  const refuse = () => {
    throw new Error('too much');
  };
  assert.throws(() => read(body, refuse), /too much/);
});

test('large bodies are read in many steps, wherever they are large', () => {
  const mega = 2 ** 20;
  for (const example of [
    `{"x":[1${',2'.repeat(mega / 2)}]}`,
    `{"x":[1.5${',2.5'.repeat(mega / 4)}]}`,
    `{"x":"\\n${'y'.repeat(mega)}"}`,
    `{"x":{"b64":"${'YWJj'.repeat(mega / 4)}"}}`,
    `{"x":{"b64":"\\u0059WJj${'YWJj'.repeat(mega / 4)}"}}`,
    `{${Array.from({ length: mega / 8 }, (_, i) => `"${i}":1`).join(',')}}`,
    `{"x":1}${',{"x":1}'.repeat(mega / 8)}`,
    `{"x":[]${',"x":[]'.repeat(mega / 8)}}`,
  ]) {
    const body = Buffer.from(`{"examples":[${example}]}`);
    const options = { maxDepth: 256, kernelSource: numberKernel, reserve: () => {} };
    const steps = readExamplesRequest(body, options);
    let count = 0;
    while (steps.next().done !== true) count++;
    // The first pass and the second one.
    assert.ok(count > 80, `${count} for ${example.slice(0, 30)}`);
  }
});

test('an example may have more features than a signature has inputs', () => {
  const count = 70_000;
  const names = Array.from({ length: count }, (_, i) => `"${i}":1`);
  assert.equal(Object.keys(one(`{${names.join(',')}}`)!).length, count);
});
