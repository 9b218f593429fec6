import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SignatureSpec } from '../../engines/index.ts';
import { signatureSpec, tensorSpec } from '../../inference/testing/fake-model.ts';
import { codeName, StatusError } from '../../status/index.ts';
import { DType, heapAllocator, type Tensor } from '../../tensor/index.ts';
import { randomFrom } from '../../util/testing/random.ts';
import { type KernelSource, numberKernel } from './number-kernel.ts';
import { readInputs, scanPredictRequest } from './predict-request.ts';
import { randomIntegerText, randomNumberText } from './testing/number-texts.ts';
import { runToEnd } from './testing/run-to-end.ts';

const { FLOAT, DOUBLE, INT32, INT64, UINT8, UINT64, BOOL, STRING } = DType;

const rounds = process.env.SERVAL_EXHAUSTIVE === undefined ? 1500 : 100_000;
const without: KernelSource = () => null;
const smallWindow: KernelSource = () => ({ ...numberKernel()!, window: 128 });

type Inputs = Readonly<Record<string, DType>>;

function signature(inputs: Inputs): SignatureSpec {
  const specs = Object.entries(inputs).map(([alias, dtype]) => tensorSpec(alias, dtype, null));
  return signatureSpec({ inputs: specs, outputs: [] });
}

function described(tensor: Tensor): unknown {
  if (tensor.dtype === STRING)
    return { ...tensor, bytes: Buffer.from(tensor.bytes).toString('hex') };
  const { buffer, byteOffset, byteLength } = tensor.data;
  return {
    ...tensor,
    data: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('hex'),
  };
}

/** The tensors, or the error, that a body gives. */
function outcome(
  body: Buffer,
  inputs: Inputs,
  expected: SignatureSpec | null,
  kernelSource: KernelSource,
): unknown {
  try {
    const document = runToEnd(scanPredictRequest(body, 256, () => expected, kernelSource));
    const { feeds } = runToEnd(readInputs(document, signature(inputs), heapAllocator));
    return feeds.map(described);
  } catch (error) {
    if (error instanceof StatusError) return `${codeName(error.code)}: ${error.message}`;
    throw error;
  }
}

/** @returns whether the body is accepted */
function checkAlike(body: Buffer, inputs: Inputs, wrong: Inputs): boolean {
  const slow = outcome(body, inputs, null, without);
  for (const expected of [signature(inputs), signature(wrong), null]) {
    for (const kernelSource of [numberKernel, smallWindow]) {
      const fast = outcome(body, inputs, expected, kernelSource);
      if (JSON.stringify(fast) === JSON.stringify(slow)) continue;
      assert.deepEqual(fast, slow, body.toString('latin1'));
    }
  }
  return typeof slow !== 'string';
}

/** A list, or lists in lists, of this shape. */
function listText(random: () => number, shape: readonly number[], element: () => string): string {
  const [size, ...inner] = shape;
  if (size === undefined) return element();
  const items = Array.from({ length: size }, () => listText(random, inner, element));
  const separator = [',', ', ', ',', ' , ', ',\n  '][Math.floor(random() * 5)]!;
  return random() < 0.1 ? `[ ${items.join(separator)} ]` : `[${items.join(separator)}]`;
}

function randomShape(random: () => number): number[] {
  const rank = 1 + Math.floor(random() * 4);
  const top = [100, 12, 6, 4][rank - 1]!;
  return Array.from({ length: rank }, () => 1 + Math.floor(random() * top));
}

/** Small changes anywhere, of which some leave the text valid. */
function changed(random: () => number, text: string): string {
  const alphabet = '[]{},:" 0123456789.eE+-NaInf\n\0';
  const characters = [...text];
  for (let edits = Math.floor(random() * 3); edits > 0; edits--) {
    const at = Math.floor(random() * characters.length);
    const letter = alphabet[Math.floor(random() * alphabet.length)]!;
    characters.splice(at, Math.floor(random() * 2), ...(random() < 0.7 ? [letter] : []));
  }
  if (random() < 0.05) characters.length = Math.floor(random() * characters.length);
  return characters.join('');
}

test('requests are read alike with the kernel and without, whatever types were expected', () => {
  const random = randomFrom(Number(process.env.SERVAL_FUZZ_SEED ?? 51));
  const dtypes = [FLOAT, FLOAT, FLOAT, DOUBLE, INT32, INT64, UINT8, UINT64, BOOL, STRING];
  const pick = (): DType => dtypes[Math.floor(random() * dtypes.length)]!;
  let accepted = 0;
  for (let i = 0; i < rounds; i++) {
    const [a, b] = [pick(), pick()];
    const isFloat = a === FLOAT || a === DOUBLE;
    const number = () => (isFloat ? randomNumberText(random) : randomIntegerText(random));
    const small = () => String(Math.floor(random() * 1000));
    const element = random() < 0.6 ? small : number;
    const list = () => listText(random, randomShape(random), element);
    const shape = randomShape(random);
    const alike = () => listText(random, shape, element);
    const texts: readonly (readonly [string, Inputs])[] = [
      [`{"instances": ${list()}}`, { x: a }],
      [`{"signature_name":"serving_default","instances":${list()}}`, { x: a }],
      [`{ "inputs" : ${list()} , "signature_name" : "" }`, { x: a }],
      [`{"inputs":{"x":${list()}, "other": ${list()},"y":${list()}}}`, { x: a, y: b }],
      [`{"instances":[{"x":${alike()},"y":1},{"y": 2, "x":${alike()}}]}`, { x: a, y: b }],
      [`{"instances":[{"x":${alike()}},{"x":${alike()},"x":${list()}}]}`, { x: a }],
      [`{"other":${list()},"instances":${alike()}}`, { x: a }],
    ];
    const [text, inputs] = texts[i % texts.length]!;
    const body = Buffer.from(random() < 0.5 ? text : changed(random, text), 'latin1');
    if (checkAlike(body, inputs, { x: pick(), y: pick() })) accepted++;
  }
  assert.ok(accepted > rounds / 20 && accepted < rounds / 1.5, `${accepted} of ${rounds}`);
});

test('a change at any byte of a request is met alike', () => {
  const rows = Array.from({ length: 12 }, (_, i) => `[${i}, -0.30000001192092896, 1.5e-05]`);
  const text = `{"instances": [${rows.join(', ')}], "signature_name": ""}`;
  for (let at = 0; at < text.length; at++) {
    for (const letter of [']', '[', ',', '1', '.', '-', 'e', ' ', '"', '}', '{', 'N', '\0', '']) {
      const body = Buffer.from(text.slice(0, at) + letter + text.slice(at + 1), 'latin1');
      const slow = outcome(body, { x: FLOAT }, null, without);
      const fast = outcome(body, { x: FLOAT }, signature({ x: FLOAT }), numberKernel);
      assert.deepEqual(fast, slow, body.toString());
    }
    const cut = Buffer.from(text.slice(0, at));
    const slow = outcome(cut, { x: FLOAT }, null, without);
    assert.deepEqual(outcome(cut, { x: FLOAT }, signature({ x: FLOAT }), numberKernel), slow);
  }
});

test('errors are those of the first thing that is wrong, also behind long lists', () => {
  const long = `[${'0.5, '.repeat(200)}1]`;
  const cases: readonly (readonly [string, string])[] = [
    [`{"instances":${long},"x":}`, 'JSON Parse error: Invalid value. at offset: 1021'],
    [`{"instances":[${long},[1]]}`, "Failed to process element: 1 of 'instances' list."],
    [
      `{"instances":${long.replace('1]', 'null]')}}`,
      "Failed to process element: 200 of 'instances'",
    ],
    [`{"inputs":[${long},[1]]}`, 'Encountered list at unexpected size: 1 at level: 1 expected'],
    [`{"inputs":[${long},5]}`, 'JSON Value: 5 found at incorrect level: 2 in the JSON DOM.'],
    [`{"inputs":${long},"instances":${long}}`, "expecting only one of 'inputs' or 'instances'"],
    [`{"signature_name":${long},"instances":${long}}`, "'signature_name' key must be a string"],
    [`{"instances":[{"x":${long}},{"y":${long}}]}`, 'does not have named input: y'],
  ];
  for (const [text, message] of cases) {
    const result = outcome(Buffer.from(text), { x: FLOAT }, signature({ x: FLOAT }), numberKernel);
    assert.ok(String(result).includes(message), `${text.slice(0, 40)}: ${result}`);
    assert.deepEqual(result, outcome(Buffer.from(text), { x: FLOAT }, null, without));
  }
});

test('elements beyond what is kept are read in the second pass', () => {
  // Four bytes for each two of text, and more than a document may always keep.
  const body = Buffer.from(`{"instances":[${'1,'.repeat(400_000)}2]}`);
  const result = outcome(body, { x: FLOAT }, signature({ x: FLOAT }), numberKernel);
  assert.deepEqual(result, outcome(body, { x: FLOAT }, null, without));
});

test('large requests are read in steps, with memory taken and given back', () => {
  const image = `[${Array.from({ length: 3000 }, (_, i) => `[${i / 7}, ${-i}]`).join(', ')}]`;
  const text = `{"instances": [{"x": ${image}}, {"x": ${image}}]}`;
  for (const body of [`{"inputs": ${image}}`, `{"instances": ${image}}`, text]) {
    const scan = scanPredictRequest(
      Buffer.from(body),
      256,
      () => signature({ x: FLOAT }),
      numberKernel,
    );
    let steps = 0;
    let step = scan.next();
    while (step.done !== true) {
      steps++;
      step = scan.next();
    }
    assert.ok(steps >= Math.floor(body.length / 32_768), `${steps} for ${body.length}`);
    const { feeds } = runToEnd(readInputs(step.value, signature({ x: FLOAT }), heapAllocator));
    const [tensor] = feeds;
    assert.ok(tensor!.dtype === FLOAT);
    assert.equal(tensor!.data[2 * 2999], Math.fround(2999 / 7));
  }
});

test('one pass is enough for long lists of the types expected, wherever they stand', () => {
  const list = `[${Array(100).fill('[0.123456789, 2]').join(', ')}]`;
  const spec = signature({ x: FLOAT, y: INT32 });
  const forms: readonly (readonly [text: string, count: number])[] = [
    [`{"instances": ${list}}`, 1],
    [`{"signature_name": "", "inputs": ${list}, "z": ${list}}`, 1],
    [`{"inputs": {"z": ${list}, "x": ${list}}}`, 1],
    [`{"instances": [{"x": ${list}, "y": 1}, {"y": 2, "x": ${list}}, {"x": ${list}}]}`, 3],
    [`{"inputs": {"y": ${list}}}`, 0],
    [`{"instances": [[${list}, ${list}], [${list}, [1]]]}`, 0],
    ['{"instances": [1, 2, 3]}', 0],
  ];
  for (const [text, count] of forms) {
    for (const [expected, kernelSource, isRead] of [
      [spec, numberKernel, true],
      [null, numberKernel, false],
      [spec, without, false],
    ] as const) {
      const scan = scanPredictRequest(Buffer.from(text), 256, () => expected, kernelSource);
      const { lists } = runToEnd(scan).numbers;
      const starts = [...text.matchAll(/\[\[/g)].map(({ index }) => index);
      const found = starts.filter((start) => !!lists?.find(start, FLOAT, [100, 2]));
      assert.equal(found.length, isRead ? count : 0, text.slice(0, 60));
      assert.ok(found.every((start) => !lists?.find(start, FLOAT, [2, 100])));
      assert.ok(found.every((start) => !lists?.find(start, DOUBLE, [100, 2])));
      assert.equal(lists?.scratch.length ?? 0, isRead ? count * 800 : 0);
    }
  }
});
