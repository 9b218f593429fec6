import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DType, dtypeInfo } from '../../tensor/index.ts';
import { randomFrom } from '../../util/testing/random.ts';
import { elementFormat } from './element-format.ts';
import { ElementScratch } from './element-scratch.ts';
import { numberKernel } from './number-kernel.ts';
import { mayBeNumbers, NumberListReader } from './number-list-reader.ts';
import { Outcome } from './outcome.ts';
import { randomIntegerText, randomNumberText } from './testing/number-texts.ts';

const { FLOAT, DOUBLE, INT8, INT16, INT32, INT64, UINT8, UINT32, UINT64 } = DType;

const isExhaustive = process.env.SERVAL_EXHAUSTIVE !== undefined;
const numberTexts = isExhaustive ? 1e7 : 2e5;
const kernel = numberKernel()!;
const smallWindow = 128;

/** The elements and the shape that are read from `text`; null where that is refused. */
function read(text: string, dtype: DType, window = kernel.window, start = 0, maxLevels = 254) {
  const json = Buffer.from(text);
  const reader = new NumberListReader(json, { ...kernel, window }, elementFormat(dtype));
  const scratch = new ElementScratch(Number.POSITIVE_INFINITY);
  reader.begin(start, json.length, null, maxLevels, scratch);
  let outcome: Outcome;
  do outcome = reader.run();
  while (outcome === Outcome.MORE);
  if (outcome === Outcome.FAILED) return null;
  const { array, size } = dtypeInfo(dtype);
  const count = scratch.length / size;
  const values = new array!(new ArrayBuffer(scratch.length), 0, count);
  new Uint8Array(values.buffer).set(bytesOf(scratch));
  return { values, shape: reader.shape(), end: reader.pos };
}

function bytesOf(scratch: ElementScratch): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(scratch.length);
  for (let at = 0; at < bytes.length; ) at += scratch.copy(at, bytes.length - at, bytes, at);
  return bytes;
}

/** What JavaScript makes of a number, with the integer −0 as spec 5.6 has it. */
function numberOf(text: string): number {
  return /^-0+$/.test(text) ? 0 : Number(text);
}

/** Enough text in front of many hard numbers for the reader not to give up. */
function patience(count: number): string {
  return ' '.repeat(64 * count);
}

function checkNumbers(texts: readonly string[], list: string, window: number): void {
  const doubles = read(list, DOUBLE, window);
  const floats = read(list, FLOAT, window);
  assert.ok(doubles !== null && floats !== null);
  assert.equal(doubles.values.length, texts.length);
  assert.equal(floats.values.length, texts.length);
  for (let i = 0; i < texts.length; i++) {
    const expected = numberOf(texts[i]!);
    if (!Object.is(doubles.values[i], expected)) {
      assert.fail(`double ${texts[i]}: ${doubles.values[i]} for ${expected}`);
    }
    if (!Object.is(floats.values[i], Math.fround(expected))) {
      assert.fail(`float ${texts[i]}: ${floats.values[i]} for ${Math.fround(expected)}`);
    }
  }
}

test('random and adversarial numbers are those that Number makes of their text, bit by bit', () => {
  const seed = Number(process.env.SERVAL_FUZZ_SEED ?? 41);
  const random = randomFrom(seed);
  const separators = [',', ', ', ' ,', ',\n  ', '\t, '];
  for (let done = 0; done < numberTexts; ) {
    const texts: string[] = [];
    const count = 500 + Math.floor(random() * 1000);
    let list = `[${patience(count)}`;
    const separator = separators[Math.floor(random() * separators.length)]!;
    for (let i = 0; i < count; i++) {
      const text = randomNumberText(random);
      texts.push(text);
      list += (i === 0 ? '' : separator) + text;
    }
    checkNumbers(texts, `${list}]`, random() < 0.2 ? 256 : kernel.window);
    done += count;
  }
});

test('numbers at the limits of what is read at once', () => {
  const parts = ['0', '7', '12345678', '123456789012345', '1234567890123456', '999999999999999999'];
  const texts: string[] = [];
  for (const integer of parts) {
    for (let fraction = 0; fraction <= 30; fraction++) {
      for (const digit of ['0', '1', '5', '9']) {
        for (const exponent of ['', 'e0', 'e-5', 'E+22', 'e-22', 'e64', 'e-64', 'e65', 'e099']) {
          const number = fraction === 0 ? integer : `${integer}.${digit.repeat(fraction)}`;
          texts.push(number + exponent, `-${number}${exponent}`);
        }
      }
    }
  }
  checkNumbers(texts, `[${patience(texts.length)}${texts.join()}]`, kernel.window);
});

test('integers of every type are exact, or refused', () => {
  const random = randomFrom(42);
  const ranges: readonly (readonly [DType, number, bigint, bigint])[] = [
    [INT8, 8, -(2n ** 31n), 2n ** 31n - 1n],
    [INT16, 16, -(2n ** 31n), 2n ** 31n - 1n],
    [UINT8, 8, -(2n ** 31n), 2n ** 31n - 1n],
    [INT32, 32, -(2n ** 31n), 2n ** 31n - 1n],
    [UINT32, 32, 0n, 2n ** 32n - 1n],
    [INT64, 64, -(2n ** 63n), 2n ** 63n - 1n],
    [UINT64, 64, 0n, 2n ** 64n - 1n],
  ];
  for (let i = 0; i < (isExhaustive ? 20_000 : 400); i++) {
    const texts = Array.from({ length: 100 }, () => randomIntegerText(random));
    for (const [dtype, bits, least, greatest] of ranges) {
      const taken = texts.filter((text) => BigInt(text) >= least && BigInt(text) <= greatest);
      const result = read(`[${taken.join(', ')}]`, dtype);
      const isSigned = dtype !== UINT8 && dtype !== UINT32 && dtype !== UINT64;
      const expected = taken.map((text) =>
        isSigned ? BigInt.asIntN(bits, BigInt(text)) : BigInt.asUintN(bits, BigInt(text)),
      );
      assert.deepEqual([...result!.values].map(BigInt), expected);
      const refused = texts.find((text) => !taken.includes(text));
      if (refused !== undefined) assert.equal(read(`[1, ${refused}]`, dtype), null, refused);
    }
  }
});

const wrongNumbers = [
  '01',
  '-01',
  '00',
  '1.',
  '1.e5',
  '.5',
  '-',
  '-.5',
  '+1',
  '1e',
  '1e+',
  '1E-',
  '1e5.5',
  '1.5.2',
  '--1',
  '1-',
  '0x10',
  '1_0',
  '1 2',
  '1e400',
  '-1e309',
  '9'.repeat(400),
  `0.${'1'.repeat(70_000)}`,
  'NaNN',
  'nan',
  'Infinit',
  '-Inf1',
  'null',
  'true',
  '"1"',
  '{}',
  '',
  '1\u0000',
  '\u00a01',
  '1,',
  '[1]',
  '1]',
];

test('what is no number is refused wherever it stands', () => {
  for (const wrong of wrongNumbers) {
    for (const before of [0, 1, 2, 3, 20, 40, 64, 90, 127]) {
      const list = `[${'7,'.repeat(before)}${wrong},${'8,'.repeat(100)}9]`;
      for (const dtype of [FLOAT, DOUBLE, INT32]) {
        for (const window of [smallWindow, kernel.window]) {
          // With one bracket more the list ends there.
          const result = read(`${list}]]`, dtype, window);
          if (wrong === '1]') assert.equal(result?.end, 1 + 2 * before + 2);
          else assert.equal(result, null, `${wrong} behind ${before}`);
        }
      }
    }
  }
  for (const wrong of ['1.0', '1e3', '0.5', 'NaN', '-Infinity', '9999999999999999999999']) {
    assert.equal(read(`[1,${wrong}]`, INT64), null);
  }
});

test('NaN and infinities in all their forms', () => {
  const list = '[NaN, -NaN,Inf ,-Inf,Infinity,-Infinity,1]';
  const expected = [NaN, NaN, Infinity, -Infinity, Infinity, -Infinity, 1];
  for (const dtype of [FLOAT, DOUBLE]) assert.deepEqual([...read(list, dtype)!.values], expected);
});

const shapes: readonly (readonly [text: string, shape: readonly number[] | null])[] = [
  ['[]', [0]],
  ['[[],[]]', [2, 0]],
  ['[ [ [ ] ] ]', [1, 1, 0]],
  ['[1]', [1]],
  ['[[1,2],[3,4],[5,6]]', [3, 2]],
  ['[[1, 2], [3, 4], [5, 6]]', [3, 2]],
  ['[[1,2] ,[3,4] , [5,6]\n]', [3, 2]],
  ['[[[1],[2]],[[3],[4]]]', [2, 2, 1]],
  ['[[1],[2,3]]', null],
  ['[[1,2],[3]]', null],
  ['[[1],[]]', null],
  ['[[],[1]]', null],
  ['[[],1]', null],
  ['[1,[]]', null],
  ['[[1],2]', null],
  ['[1,[2]]', null],
  ['[[1],[[2]]]', null],
  ['[[[1]],[2]]', null],
  ['[[1],[2],]', null],
  ['[,[1]]', null],
  ['[[1][2]]', null],
  ['[[1],,[2]]', null],
  ['[[1],[,2]]', null],
  ['[[1],[2,]]', null],
  ['[[1],[2}]', null],
  ['[[1],[2]', null],
  ['[[1],[2', null],
  ['[[1],[', null],
  ['[[1],', null],
  ['[', null],
];

test('the shape is that of all lists, or there is none', () => {
  for (const [text, shape] of shapes) {
    const result = read(text, FLOAT);
    assert.deepEqual(result?.shape ?? null, shape, text);
    if (result === null) continue;
    assert.equal(result.end, text.length);
    assert.deepEqual([...read(`  ${text} ,"x"`, FLOAT, kernel.window, 2)!.shape], shape);
  }
});

test('levels are limited', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
  assert.equal(read(nested(254), FLOAT)?.shape.length, 254);
  assert.equal(read(nested(255), FLOAT), null);
  assert.equal(read(nested(300), FLOAT), null);
  assert.equal(read(nested(3), FLOAT, kernel.window, 0, 3)?.shape.length, 3);
  assert.equal(read(nested(3), FLOAT, kernel.window, 0, 2), null);
});

test('windows may end at any byte', () => {
  const rows = [
    '[-0.30000001192092896, 12, 1.5e-05]',
    '[ 123456.789,-7 , NaN ]',
    '[1,2,3.25]',
    '[0.5, 16777217, 1.00000005960464477539]',
  ];
  const text = `[${[...rows, ...rows, ...rows].join(', ')} ]`;
  const whole = read(text, FLOAT)!;
  assert.deepEqual(whole.shape, [12, 3]);
  for (let space = 0; space < 2 * smallWindow; space++) {
    for (const window of [smallWindow, smallWindow + 1, 190]) {
      const shifted = `[${' '.repeat(space)}${text.slice(1)}`;
      for (const behind of ['', ' ', ','.repeat(200)]) {
        const result = read(shifted + behind, FLOAT, window)!;
        assert.deepEqual(result.values, whole.values);
        assert.deepEqual(result.shape, whole.shape);
        assert.equal(result.end, shifted.length);
      }
    }
  }
  for (let end = 0; end < text.length; end++) {
    assert.equal(read(text.slice(0, end), FLOAT, smallWindow), null);
    assert.equal(read(text.slice(0, end), FLOAT), null);
  }
});

test('lists with too many hard numbers are left to others', () => {
  const hard = Array(100).fill('0.1234567890123456789012345678901234567890').join();
  assert.equal(read(`[${hard}]`, DOUBLE), null);
  assert.equal(read(`[${patience(100)}${hard}]`, DOUBLE)?.values.length, 100);
});

test('readers that take turns do not disturb each other', () => {
  const many = (element: string) => Array(200).fill(element).join();
  const texts = [`[${many('[0.1,2]')}]`, `[${many('[[5], [6]]')}]`, `[${many('1.5')},NaN,7]`];
  const readers = texts.map((text) => {
    const small = { ...kernel, window: smallWindow };
    const reader = new NumberListReader(Buffer.from(text), small, elementFormat(FLOAT));
    const scratch = new ElementScratch(1e6);
    reader.begin(0, 1000, null, 254, scratch);
    return { reader, scratch, outcome: Outcome.MORE as Outcome };
  });
  while (readers.some(({ outcome }) => outcome === Outcome.MORE)) {
    for (const one of readers) {
      if (one.outcome === Outcome.MORE) one.outcome = one.reader.run();
    }
  }
  for (const [i, { reader, scratch, outcome }] of readers.entries()) {
    const alone = read(texts[i]!, FLOAT)!;
    const values = new Float32Array(bytesOf(scratch).buffer);
    assert.equal(outcome, Outcome.DONE);
    assert.deepEqual(values, alone.values);
    assert.deepEqual(reader.shape(), alone.shape);
  }
});

test('a shape that is given is checked', () => {
  const check = (text: string, shape: readonly number[]) => {
    const reader = new NumberListReader(Buffer.from(text), kernel, elementFormat(INT32));
    reader.begin(0, 100, shape, 254, null);
    return reader.run() === Outcome.DONE;
  };
  assert.ok(check('[[1,2],[3,4]]', [2, 2]));
  assert.ok(check('[[],[]]', [2, 0]));
  for (const shape of [[2, 1], [1, 2], [3, 2], [2, 3], [2], [2, 2, 1], [2, 0], [0]]) {
    assert.ok(!check('[[1,2],[3,4]]', shape), String(shape));
  }
  assert.ok(!check('5', [1]));
});

test('elements that have no room are dropped, and the memory of others is used again', () => {
  const scratch = new ElementScratch(100_000);
  scratch.put(new Uint8Array(70_000).fill(1));
  scratch.put(new Uint8Array(30_000).fill(2));
  const bytes = bytesOf(scratch);
  assert.deepEqual([bytes.length, bytes[69_999], bytes[70_000], bytes[99_999]], [1e5, 1, 2, 2]);
  scratch.cutTo(65_000);
  scratch.put(new Uint8Array(1).fill(3));
  assert.equal(bytesOf(scratch)[65_000], 3);
  scratch.put(new Uint8Array(35_000));
  assert.ok(scratch.isOver);
  scratch.put(new Uint8Array(1));
  assert.equal(scratch.length, 65_001);
  scratch.giveBack();
  assert.equal(scratch.length, 0);
});

test('short lists, and lists of other things, are left to others', () => {
  const may = (text: string) => mayBeNumbers(Buffer.from(text), 0);
  const long = '0.123456,'.repeat(20);
  assert.ok(may(`[${long}1]`));
  assert.ok(may(`[[[1,2],[3,4]],[[${long}`));
  assert.ok(!may(`[[1,2],[3,4]],[[${long}`));
  assert.ok(!may('[1,2,3]'));
  assert.ok(!may(`["a",${long}1]`));
  assert.ok(!may(`[[{"b64":"${long}`));
});
