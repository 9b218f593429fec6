import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SignatureSpec } from '../../engines/index.ts';
import { signatureSpec, tensorSpec } from '../../inference/testing/fake-model.ts';
import { codeName, StatusError } from '../../status/index.ts';
import { DType, dtypeInfo, heapAllocator, type Tensor } from '../../tensor/index.ts';
import { randomFrom } from '../../util/testing/random.ts';
import { numberKernel } from './number-kernel.ts';
import { readInputs, scanPredictRequest, selectSignature } from './predict-request.ts';
import { runToEnd } from './testing/run-to-end.ts';

const maxDepth = 256;

function signature(inputs: Readonly<Record<string, DType>>): SignatureSpec {
  const specs = Object.entries(inputs).map(([alias, dtype]) => tensorSpec(alias, dtype, null));
  return signatureSpec({ inputs: specs, outputs: [] });
}

function read(text: string | Buffer, inputs: Readonly<Record<string, DType>>): readonly Tensor[] {
  const spec = signature(inputs);
  const document = runToEnd(
    scanPredictRequest(Buffer.from(text), maxDepth, () => spec, numberKernel),
  );
  const { feeds } = runToEnd(readInputs(document, spec, heapAllocator));
  return feeds;
}

function strings(tensor: Tensor): Buffer[] {
  assert.ok(tensor.dtype === DType.STRING);
  const { bytes, offsets } = tensor;
  return [...offsets.subarray(1)].map((end, i) => Buffer.from(bytes.subarray(offsets[i]!, end)));
}

function readOne(text: string | Buffer, dtype: DType) {
  const [tensor] = read(text, { x: dtype });
  assert.equal(tensor!.dtype, dtype);
  const values = tensor!.dtype === DType.STRING ? strings(tensor!).map(String) : [...tensor!.data];
  return { shape: tensor!.shape, values };
}

function refusal(text: string, inputs: Readonly<Record<string, DType>>): string {
  try {
    read(text, inputs);
  } catch (error) {
    if (error instanceof StatusError) return `${codeName(error.code)}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const { FLOAT, DOUBLE, INT8, INT16, INT32, INT64, UINT8, UINT32, UINT64, BOOL, STRING } = DType;

test('rows of one input, with and without their names', () => {
  const expected = { shape: [2, 2], values: [1, 2, 3, 4] };
  assert.deepEqual(readOne('{"instances":[[1,2],[3,4]]}', FLOAT), expected);
  assert.deepEqual(readOne('{"instances":[{"x":[1,2]},{"x":[3,4]}]}', FLOAT), expected);
  assert.deepEqual(readOne('{"inputs":[[1,2],[3,4]]}', FLOAT), expected);
  assert.deepEqual(readOne('{"inputs":{"x":[[1,2],[3,4]],"more":[0]}}', FLOAT), expected);
});

test('scalars, empty lists and deep lists', () => {
  assert.deepEqual(readOne('{"inputs":7}', INT32), { shape: [], values: [7] });
  assert.deepEqual(readOne('{"inputs":{"x": 7 }}', INT32), { shape: [], values: [7] });
  assert.deepEqual(readOne('{"inputs":"s"}', STRING), { shape: [], values: ['s'] });
  assert.deepEqual(readOne('{"inputs":[]}', STRING), { shape: [0], values: [] });
  assert.deepEqual(readOne('{"instances":[[],[]]}', FLOAT), { shape: [2, 0], values: [] });
  assert.deepEqual(readOne('{"inputs":[[[]],[[]]]}', INT64), { shape: [2, 1, 0], values: [] });
  assert.deepEqual(readOne('{"inputs":[]}', DType.HALF), { shape: [0], values: [] });
  const deep = `${'['.repeat(254)}1${']'.repeat(254)}`;
  assert.equal(readOne(`{"inputs":${deep}}`, FLOAT).shape.length, 254);
  assert.equal(
    refusal(`{"inputs":[${deep}]}`, { x: FLOAT }),
    'INVALID_ARGUMENT: Tensors have at most 254 dimensions, got 255',
  );
});

test('several inputs by row and by column, members in any order, the first of repeated ones', () => {
  const expected = [
    { shape: [2, 2], data: [1, 2, 3, 4] },
    { shape: [2], data: ['p', 'q'] },
  ];
  for (const text of [
    '{"instances":[{"a":[1,2],"b":"p"},{"b":"q","a":[3,4]}]}',
    '{"instances":[{"a":[1,2],"b":"p","a":[[0]]},{"b":"q","b":{"b64":"AA=="},"a":[3,4]}]}',
    '{"instances":[{"\\u0061":[1,2],"b":"p"},{"b":{"b64":"cQ=="},"a":[3,4]}]}',
    '{"inputs":{"b":["p","q"],"a":[[1,2],[3,4]],"a":"x"}}',
  ]) {
    const [a, b] = read(text, { a: FLOAT, b: STRING });
    assert.ok(a!.dtype !== STRING);
    assert.deepEqual(
      [
        { shape: a!.shape, data: [...a!.data] },
        { shape: b!.shape, data: strings(b!).map(String) },
      ],
      expected,
    );
  }
});

test('every integer type takes its range', () => {
  const ints = (text: string, dtype: DType) => readOne(`{"instances":[${text}]}`, dtype).values;
  assert.deepEqual(ints('2147483647,-2147483648,-0', INT32), [2147483647, -2147483648, 0]);
  assert.deepEqual(ints('256,-1,300', UINT8), [0, 255, 44]);
  assert.deepEqual(ints('128,-129', INT8), [-128, 127]);
  assert.deepEqual(ints('32768,65536', INT16), [-32768, 0]);
  assert.deepEqual(ints('0,4294967295', UINT32), [0, 4294967295]);
  assert.deepEqual(
    ints(
      '9223372036854775807,-9223372036854775808,-1,4294967296,-4294967297,9007199254740993',
      INT64,
    ),
    [2n ** 63n - 1n, -(2n ** 63n), -1n, 2n ** 32n, -(2n ** 32n) - 1n, 9007199254740993n],
  );
  assert.deepEqual(ints('18446744073709551615,0,-0', UINT64), [2n ** 64n - 1n, 0n, 0n]);
  assert.deepEqual(ints('true,false', BOOL), [1, 0]);
});

test('values that a type does not take', () => {
  const cases: readonly (readonly [DType, string, string, string?])[] = [
    [INT32, '2147483648', 'Number'],
    [INT32, '1e3', 'Number', '1000.0'],
    [INT32, '1.0', 'Number'],
    [UINT32, '-1', 'Number'],
    [UINT32, '4294967296', 'Number'],
    [INT64, '9223372036854775808', 'Number'],
    [INT64, '-9223372036854775809', 'Number', '-9223372036854776000.0'],
    [INT64, '123456789012345678901234567890', 'Number', '1.2345678901234568e29'],
    [UINT64, '-5', 'Number'],
    [UINT64, '18446744073709551616', 'Number', '18446744073709552000.0'],
    [BOOL, '1', 'Number'],
    [BOOL, '"true"', 'String'],
    [FLOAT, 'true', 'True'],
    [FLOAT, 'null', 'Null'],
    [DOUBLE, '"1"', 'String'],
    [STRING, '1', 'Number'],
    [STRING, 'false', 'False'],
    [FLOAT, '{"b64":"AA=="}', 'Object', '{\n    "b64": "AA=="\n}'],
  ];
  for (const [dtype, value, type, printed = value] of cases) {
    assert.equal(
      refusal(`{"inputs":[${value}]}`, { x: dtype }),
      `INVALID_ARGUMENT: JSON Value: ${printed} Type: ${type} ` +
        `is not of expected type: ${dtypeInfo(dtype).name}`,
    );
  }
});

test('strings: escapes, bytes that are no UTF-8, long ones, base64', () => {
  const text = Buffer.from(
    '{"instances":["\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00","\xff"]}',
    'latin1',
  );
  const [tensor] = read(text, { x: STRING });
  assert.deepEqual(strings(tensor!), [Buffer.from('"\\/\b\f\n\r\té😀'), Buffer.from([0xff])]);
  const long = 'x'.repeat(100_000);
  const escaped = `${long}\\n`.repeat(3);
  const blob = Buffer.from(Array.from({ length: 70_001 }, (_, i) => i * 7));
  const base64 = blob.toString('base64');
  const escapedBase64 = base64.replaceAll('/', '\\/');
  const [more] = read(
    `{"instances":["${long}","${escaped}",{"b64":"${base64}"},{ "b64" : "${escapedBase64}" },""]}`,
    { x: STRING },
  );
  const expected = [long, `${long}\n`.repeat(3), blob, blob, ''].map((part) => Buffer.from(part));
  assert.ok(strings(more!).every((part, i) => part.equals(expected[i]!)));
  assert.equal(strings(more!).length, 5);
});

test('base64 in all the forms that are accepted', () => {
  for (const [text, plain] of [
    ['', ''],
    ['YQ==', 'a'],
    ['YQ', 'a'],
    ['YWI=', 'ab'],
    ['YWI', 'ab'],
    ['YWJj', 'abc'],
    [' Y W J j\\n', 'abc'],
    ['YW\\u004aj', 'abc'],
    ['YQ= =', 'a'],
  ]) {
    assert.deepEqual(readOne(`{"inputs":{"b64":"${text}"}}`, STRING).values, [plain], text);
  }
  for (const text of ['Y', 'YQ=', 'YWJj=', 'YQ==YQ==', '***', 'YW-_', 'é', '=', 'YQ\\"']) {
    const error = refusal(`{"inputs":[{"b64":"${text}"}]}`, { x: STRING });
    assert.equal(error, 'INVALID_ARGUMENT: Unable to base64 decode', text);
  }
});

const twoInputs = { a: FLOAT, b: FLOAT };
const element = 'Failed to process element: ';
const list = " of 'instances' list. ";

const refusals: readonly (readonly [string, Readonly<Record<string, DType>>, string])[] = [
  ['', { x: FLOAT }, 'JSON Parse error: The document is empty'],
  [
    '[1, {"a" : [2.50, []]}]',
    { x: FLOAT },
    'JSON Value: [1, {\n        "a": [2.5, []]\n    }] Is not object',
  ],
  ['"text"', { x: FLOAT }, 'JSON Value: "text" Is not object'],
  ['1', { x: FLOAT }, 'JSON Value: 1 Is not object'],
  ['1.5', { x: FLOAT }, 'JSON Value: 1.5 Is not object'],
  ['NaN', { x: FLOAT }, 'JSON Value: NaN Is not object'],
  [
    '{"signature_name": 5, "instances": [1]}',
    { x: FLOAT },
    'JSON Value: {\n    "signature_name": 5,\n    "instances": [1]\n} not formatted correctly. ' +
      "'signature_name' key must be a string value.",
  ],
  ['{}', { x: FLOAT }, "Missing 'inputs' or 'instances' key"],
  ['{"instances":[1]}', {}, 'Failed to get input map for signature: DEFAULT'],
  ['{"signature_name":"s","inputs":{}}', {}, 'Failed to get input map for signature: s'],
  [
    '{"instances":[1],"inputs":[1]}',
    { x: FLOAT },
    'JSON Value: {\n    "instances": [1],\n    "inputs": [1]\n} Not formatted correctly expecting only ' +
      "one of 'inputs' or 'instances' keys to exist ",
  ],
  [
    '{"instances":5}',
    { x: FLOAT },
    'JSON Value: {\n    "instances": 5\n} Expecting \'instances\' to be an list/array',
  ],
  [
    '{"instances":[ ]}',
    { x: FLOAT },
    'JSON Value: {\n    "instances": []\n} No values in \'instances\' array',
  ],
  [
    '{"instances":["a"]}',
    twoInputs,
    'instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map',
  ],
  [
    '{"instances":[{"b64":"AA=="}]}',
    twoInputs,
    'instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map',
  ],
  [
    '{"inputs":["a"]}',
    twoInputs,
    'inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map',
  ],
  ['{"inputs":{"b":1}}', twoInputs, "Missing named input: a in 'inputs' object."],
  [
    '{"instances":[{"x":1},2]}',
    { x: FLOAT },
    'Expecting object but got list at item 1 of input list',
  ],
  [
    '{"instances":[{"x":1},[2]]}',
    { x: FLOAT },
    'Expecting object but got list at item 1 of input list',
  ],
  [
    '{"instances":[1,{"x":2}]}',
    { x: FLOAT },
    'Expecting value/list but got object at item 1 of input list',
  ],
  [
    '{"instances":["s",{"x":"s"}]}',
    { x: STRING },
    'Expecting value/list but got object at item 1 of input list',
  ],
  [
    '{"instances":[{"z":1}]}',
    { x: FLOAT },
    `${element}0 key: z${list}Error: INVALID_ARGUMENT: JSON object: does not have named input: z`,
  ],
  [
    '{"instances":[{"a":1,"b":2},{"a":1}]}',
    twoInputs,
    `${element}1${list}JSON object: {\n    "a": 1\n} keys must be equal to: a,b`,
  ],
  [
    '{"instances":[{}]}',
    { x: FLOAT },
    `${element}0${list}JSON object: {} keys must be equal to: x`,
  ],
  [
    '{"instances":[{"a":1,"b":"2"}]}',
    twoInputs,
    `${element}0 key: b${list}Error: INVALID_ARGUMENT: JSON Value: "2" Type: String is not of expected type: float`,
  ],
  [
    '{"instances":[{"a":[1,2],"b":1},{"a":[1,2,3],"b":1}]}',
    twoInputs,
    `${element}1 key: a${list}Error: INVALID_ARGUMENT: Expecting tensor size: 2 but got: 3`,
  ],
  [
    '{"instances":[[[1,2],[3,4]],[1,2,3,4]]}',
    { x: FLOAT },
    `${element}1${list}Error: INVALID_ARGUMENT: Expecting shape [2,2] but got: [4]`,
  ],
  [
    '{"instances":[[1],1]}',
    { x: FLOAT },
    `${element}1${list}Error: INVALID_ARGUMENT: Expecting shape [1] but got: []`,
  ],
  [
    '{"instances":[1,2,[3,4]]}',
    { x: FLOAT },
    `${element}2${list}Error: INVALID_ARGUMENT: Expecting tensor size: 1 but got: 2`,
  ],
  [
    '{"instances":[[1,2],[3,[4]]]}',
    { x: FLOAT },
    `${element}1${list}Error: INVALID_ARGUMENT: Encountered list at unexpected level: 1 expected < 1`,
  ],
  [
    '{"inputs":[[1,2],[3]]}',
    { x: FLOAT },
    'Encountered list at unexpected size: 1 at level: 1 expected size: 2',
  ],
  [
    '{"inputs":[[1,2],[3,4,5,6]]}',
    { x: FLOAT },
    'Encountered list at unexpected size: 4 at level: 1 expected size: 2',
  ],
  // The size of a list is wrong before anything in it is.
  [
    '{"inputs":[[1,2],["a"]]}',
    { x: FLOAT },
    'Encountered list at unexpected size: 1 at level: 1 expected size: 2',
  ],
  [
    '{"inputs":[[[1],[2]],[[1,2,3]]]}',
    { x: FLOAT },
    'Encountered list at unexpected size: 1 at level: 1 expected size: 2',
  ],
  [
    '{"inputs":[[1,2],[3,"a"]]}',
    { x: FLOAT },
    'JSON Value: "a" Type: String is not of expected type: float',
  ],
  [
    '{"inputs":[[1,2],[3,[4]]]}',
    { x: FLOAT },
    'Encountered list at unexpected level: 2 expected < 2',
  ],
  [
    '{"inputs":[[1,2],3]}',
    { x: FLOAT },
    'JSON Value: 3 found at incorrect level: 2 in the JSON DOM. Expected at level: 2',
  ],
  [
    '{"inputs":[[],[1]]}',
    { x: FLOAT },
    'Encountered list at unexpected size: 1 at level: 1 expected size: 0',
  ],
  [
    '{"inputs":[{"b64":5}]}',
    { x: STRING },
    'JSON Value: {\n    "b64": 5\n} not formatted correctly for base64 data',
  ],
  [
    '{"inputs":[{"b64":"***","x":1}]}',
    { x: STRING },
    'JSON Value: {\n    "b64": "***",\n    "x": 1\n} not formatted correctly for base64 data',
  ],
  ['{"inputs":[{}]}', { x: STRING }, 'JSON Value: {} not formatted correctly for base64 data'],
];

for (const [text, inputs, message] of refusals) {
  test(`${text.slice(0, 60) || 'an empty body'} is refused`, () => {
    assert.equal(refusal(text, inputs), `INVALID_ARGUMENT: ${message}`);
  });
}

test('types that JSON cannot express', () => {
  for (const [dtype, name] of [
    [DType.HALF, 'half'],
    [DType.BFLOAT16, 'bfloat16'],
    [DType.UINT16, 'uint16'],
    [DType.COMPLEX64, 'complex64'],
    [DType.QINT8, 'qint8'],
    [DType.RESOURCE, 'resource'],
  ] as const) {
    const problem = `UNIMPLEMENTED: Conversion of JSON Value: 1.5 to type: ${name}`;
    assert.equal(refusal('{"inputs":[1.5]}', { x: dtype }), problem);
    assert.equal(
      refusal('{"instances":[1.5]}', { x: dtype }),
      `INVALID_ARGUMENT: ${element}0${list}Error: ${problem}`,
    );
  }
  assert.equal(
    refusal('{"inputs":[{"x":1}]}', { x: DType.HALF }),
    'INVALID_ARGUMENT: JSON Value: {\n    "x": 1\n} Type: Object is not of expected type: half',
  );
});

test('lists whose sizes promise more than the text holds take no memory', () => {
  const rows = `[${'1,'.repeat(999)}1]${',[]'.repeat(20_000)}`;
  const allocator = { allocate: () => assert.fail('memory was allocated') };
  const spec = signature({ x: FLOAT });
  const body = Buffer.from(`{"inputs":[${rows}]}`);
  const document = runToEnd(scanPredictRequest(body, maxDepth, () => spec, numberKernel));
  assert.throws(() => runToEnd(readInputs(document, spec, allocator)), {
    message: 'Encountered list at unexpected size: 0 at level: 1 expected size: 1000',
  });
});

test('memory beyond the text is reserved before it is taken', () => {
  const reserved = (json: string, inputs: Record<string, DType>): number => {
    let sum = 0;
    const reserve = (bytes: number) => {
      sum += bytes;
    };
    const spec = signature(inputs);
    const document = runToEnd(
      scanPredictRequest(Buffer.from(json), maxDepth, () => spec, numberKernel),
    );
    const { allocate } = heapAllocator;
    runToEnd(readInputs(document, spec, { allocate, reserve }));
    return sum;
  };
  const list = (element: string) => `[${Array(100).fill(element).join()}]`;
  const text = list('0');
  assert.equal(reserved(`{"inputs":${text}}`, { x: DType.DOUBLE }), 800 - text.length);
  assert.equal(reserved(`{"inputs":${list('0.1234567')}}`, { x: DType.DOUBLE }), 0);
  const strings = list('""');
  assert.equal(reserved(`{"inputs":${strings}}`, { x: DType.STRING }), 3200 - strings.length);
});

test('an object of inputs has a limit of members, other objects have none', () => {
  const members = '"":0,'.repeat(70_000);
  assert.equal(
    refusal(`{"inputs":{${members}"x":[1]}}`, { x: FLOAT }),
    `INVALID_ARGUMENT: JSON Parse error: Too many members in an object of inputs. at offset: ${
      11 + 65_536 * 5 + 3
    }`,
  );
  assert.equal(refusal(`{"other":{${members}"x":0},"inputs":[1]}`, { x: FLOAT }), 'accepted');
});

test('an error quotes no more of a value than it should', () => {
  const message = refusal(`{"instances":{"x":[${'1234567,'.repeat(1000)}0]}}`, { x: FLOAT });
  assert.ok(message.length < 450, message);
  const long = refusal(`{"inputs":["${'é'.repeat(100_000)}"]}`, { x: FLOAT });
  assert.ok(long.length < 1200);
});

test('the signature that a request names', () => {
  const signatures = new Map([['serving_default', signature({ x: FLOAT })]]);
  const select = (text: string) =>
    selectSignature(
      signatures,
      runToEnd(scanPredictRequest(Buffer.from(text), maxDepth, () => null, numberKernel)),
    );
  assert.equal(select('{}'), signatures.get('serving_default'));
  assert.equal(select('{"inputs":1,"signature_name":""}'), signatures.get('serving_default'));
  assert.throws(() => select('{"signature_name":"z\\u007a"}'), {
    code: 3,
    message: 'Serving signature name: "zz" not found in signature def',
  });
});

test('broken requests are refused with a status, whatever is broken', () => {
  const random = randomFrom(31);
  const seeds = [
    '{"signature_name":"s","instances":[[1,2.5],[-3e2,4]]}',
    '{"instances":[{"a":[1,2],"b":"p"},{"b":"q\\u0041","a":[3,4]}]}',
    '{"inputs":{"a":[[1,2],[3,4]],"b":[["x",{"b64":"YWJj"}],["","y"]]}}',
    '{"instances":["a",{"b64":"YWJjZA=="},"\\n"]}',
    '{"inputs":[[[1],[2]],[[3],[4]]]}',
  ];
  const kinds = [{ x: FLOAT }, { x: STRING }, { a: FLOAT, b: STRING }, { a: INT64, b: BOOL }];
  const alphabet = '[]{},:"\\ 0123456789.eE-truefalsnNIbxyab64YW=';
  let accepted = 0;
  for (let i = 0; i < 30_000; i++) {
    const characters = [...seeds[i % seeds.length]!];
    for (let edits = Math.floor(random() * 4); edits > 0; edits--) {
      const at = Math.floor(random() * characters.length);
      const letter = alphabet[Math.floor(random() * alphabet.length)]!;
      characters.splice(at, Math.floor(random() * 2), ...(random() < 0.6 ? [letter] : []));
    }
    const outcome = refusal(characters.join(''), kinds[Math.floor(random() * kinds.length)]!);
    assert.ok(!outcome.startsWith('INTERNAL'), `${characters.join('')}: ${outcome}`);
    if (outcome === 'accepted') accepted++;
  }
  assert.ok(accepted > 1000);
});
