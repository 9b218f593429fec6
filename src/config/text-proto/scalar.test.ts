import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import {
  ConfigProtoSchema,
  DataType,
  ModelTypeSchema,
  TensorProtoSchema,
} from '../../proto/index.ts';
import { whatIsWrong } from '../testing/parse-problem.ts';
import { parseTextProto } from './index.ts';

const parse = (text: string | Uint8Array) => parseTextProto(TensorProtoSchema, text);
const problem = (text: string | Uint8Array) => whatIsWrong(TensorProtoSchema, text);

describe('integers', () => {
  it('are decimal, hexadecimal or octal, with the sign apart if need be', () => {
    assert.deepEqual(
      parse('int_val: [0, 10, 0x1F, 0XaB, 017, -7, -0x10, - 3, -010]').intVal,
      [0, 10, 31, 171, 15, -7, -16, -3, -8],
    );
  });

  it('reach to the ends of their ranges', () => {
    assert.deepEqual(parse('int_val: [2147483647, -2147483648]').intVal, [2147483647, -2147483648]);
    assert.deepEqual(parse('uint32_val: 0xFFFFFFFF').uint32Val, [4294967295]);
    assert.deepEqual(parse('int64_val: [9223372036854775807, -9223372036854775808]').int64Val, [
      2n ** 63n - 1n,
      -(2n ** 63n),
    ]);
    assert.deepEqual(parse('uint64_val: 18446744073709551615').uint64Val, [2n ** 64n - 1n]);
  });

  it('are refused beyond them', () => {
    for (const [field, value] of [
      ['int_val', '2147483648'],
      ['int_val', '-2147483649'],
      ['uint32_val', '4294967296'],
      ['int64_val', '9223372036854775808'],
      ['int64_val', '-9223372036854775809'],
      ['uint64_val', '18446744073709551616'],
      ['uint64_val', '0x10000000000000000'],
    ] as const) {
      const magnitude = value.replace('-', '');
      assert.equal(problem(`${field}: ${value}`), `Integer out of range (${magnitude})`);
    }
    assert.match(problem(`int_val: ${'9'.repeat(1_000_000)}`), /^Integer out of range \(9{40}…\)$/);
  });

  it('are not what looks like something else', () => {
    for (const [text, expected] of [
      ['uint32_val: -1', 'Expected integer, got: -'],
      ['int_val: 1.0', 'Expected integer, got: 1.0'],
      ['int_val: "1"', 'Expected integer, got: "1"'],
      ['int_val: true', 'Expected integer, got: true'],
      ['int_val: +1', 'Expected integer, got: +'],
      ['int_val: 0x', '"0x" must be followed by hex digits.'],
      ['int_val: 08', 'Numbers starting with leading zero must be in octal.'],
      ['int_val: 12ab', 'Need space between number and identifier.'],
      ['int_val: 0x1.5', 'Hex and octal numbers must be integers.'],
      ['int_val: 017.5', 'Hex and octal numbers must be integers.'],
      ['int_val:', 'Expected integer, got: end of file'],
    ] as const) {
      assert.equal(problem(text), expected);
    }
  });
});

describe('floats', () => {
  it('have the forms of C, an f behind them, and names where they are not finite', () => {
    assert.deepEqual(
      parse('double_val: [1, 1.5, .5, 5., 1e3, 1.5E-2, 2e+1, 1f, 2.5F, -3, - 4]').doubleVal,
      [1, 1.5, 0.5, 5, 1000, 0.015, 20, 1, 2.5, -3, -4],
    );
    assert.deepEqual(parse('double_val: [inf, -inf, Infinity, INF, nan, -NaN]').doubleVal, [
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NaN,
    ]);
    assert.ok(Object.is(parse('double_val: -0.0').doubleVal[0], -0));
  });

  it('are rounded to the precision of the field', () => {
    assert.deepEqual(parse('float_val: [0.1, 1e39]').floatVal, [
      Math.fround(0.1),
      Number.POSITIVE_INFINITY,
    ]);
    assert.deepEqual(parse('double_val: 0.1').doubleVal, [0.1]);
  });

  it('are not what looks like something else', () => {
    for (const [text, expected] of [
      ['float_val: 0x1F', 'Expect a decimal number, got: 0x1F'],
      ['float_val: 017', 'Expect a decimal number, got: 017'],
      ['float_val: "1"', 'Expected double, got: "1"'],
      ['float_val: infinite', 'Expected double, got: infinite'],
      ['float_val: 1e', '"e" must be followed by exponent.'],
      ['float_val: 1e+', '"e" must be followed by exponent.'],
      ['float_val: 1.2.3', "Already saw decimal point or exponent; can't have another one."],
      ['float_val: .', 'Expected double, got: .'],
    ] as const) {
      assert.equal(problem(text), expected);
    }
  });
});

describe('booleans', () => {
  it('have five spellings each way', () => {
    assert.deepEqual(parse('bool_val: [true, True, t, 1, 0x1]').boolVal, Array(5).fill(true));
    assert.deepEqual(parse('bool_val: [false, False, f, 0, 00]').boolVal, Array(5).fill(false));
  });

  it('have no others', () => {
    assert.equal(
      problem('bool_val: TRUE'),
      'Invalid value for boolean field "bool_val". Value: "TRUE".',
    );
    assert.equal(problem('bool_val: 2'), 'Integer out of range (2)');
    assert.equal(
      problem('bool_val: "true"'),
      'Invalid value for boolean field "bool_val". Value: ""true"".',
    );
  });
});

describe('enums', () => {
  it('are given by name or number, unknown numbers included', () => {
    assert.equal(parse('dtype: DT_INT8').dtype, DataType.DT_INT8);
    assert.equal(parse('dtype: 6').dtype, DataType.DT_INT8);
    assert.equal(parse('dtype: 9999').dtype, 9999);
    const config = 'graph_options { optimizer_options { opt_level: -1 } }';
    const { graphOptions } = parseTextProto(ConfigProtoSchema, config);
    assert.equal(graphOptions?.optimizerOptions?.optLevel, -1);
    assert.equal(ModelTypeSchema.open, true);
  });

  it('suggest the nearest name', () => {
    assert.equal(
      problem('dtype: DT_FLAOT'),
      'Unknown enumeration value of "DT_FLAOT" for field "dtype". Did you mean "DT_FLOAT"?',
    );
    assert.equal(
      problem('dtype: something'),
      'Unknown enumeration value of "something" for field "dtype".',
    );
    assert.equal(problem('dtype: 1.5'), 'Expected integer or identifier, got: 1.5');
    assert.equal(problem('dtype: 2147483648'), 'Integer out of range (2147483648)');
  });
});

describe('strings and bytes', () => {
  const bytesOf = (text: string | Uint8Array) =>
    parse(text).stringVal.map((value) => Buffer.from(value).toString('latin1'));
  const nameOf = (text: string | Uint8Array) => parse(text).tensorShape?.dim[0]?.name;

  it('stand in either kind of quotes and join their neighbours', () => {
    assert.deepEqual(bytesOf(`string_val: 'a"b' string_val: "c'd" 'e' "" "f"`), ['a"b', "c'def"]);
    assert.equal(nameOf(`tensor_shape { dim { name: 'a'\n"b" # here\n 'c' } }`), 'abc');
    assert.deepEqual(bytesOf(`string_val: ''`), ['']);
  });

  it('keep raw bytes in bytes fields, and UTF-8 in both', () => {
    assert.deepEqual(bytesOf(Buffer.from('string_val: "\xff\x80"', 'latin1')), ['\xff\x80']);
    assert.equal(nameOf('tensor_shape { dim { name: "é😀" } }'), 'é😀');
    assert.equal(nameOf('tensor_shape { dim { name: "\\303\\251" "\\xc3" "\\xa9" } }'), 'éé');
    assert.equal(nameOf('tensor_shape { dim { name: "\ufeff" } }'), '\ufeff');
  });

  it('are refused as text where they are not UTF-8', () => {
    assert.equal(
      problem('tensor_shape { dim { name: "\\377" } }'),
      'String field "name" is not valid UTF-8.',
    );
    assert.equal(
      problem(Buffer.from('tensor_shape { dim { name: "\xe9" } }', 'latin1')),
      'String field "name" is not valid UTF-8.',
    );
  });

  it('end on their line, with their own quote', () => {
    for (const text of ['string_val: "a', `string_val: "a'`, 'string_val: "a\\']) {
      assert.equal(problem(text), 'Unexpected end of string.');
    }
    for (const text of ['string_val: "a\nb"', 'string_val: "a\\\nb"']) {
      assert.equal(problem(text), 'String literals cannot cross line boundaries.');
    }
    assert.equal(problem('string_val: a'), 'Expected string, got: a');
    assert.equal(problem('string_val: 1'), 'Expected string, got: 1');
  });

  it('own their memory', () => {
    const source = Buffer.from('tensor_content: "abc"');
    const message = parse(source);
    source.fill(0);
    assert.deepEqual(
      message,
      create(TensorProtoSchema, { tensorContent: new Uint8Array([97, 98, 99]) }),
    );
    assert.equal(message.tensorContent.buffer.byteLength, 3);
  });
});
