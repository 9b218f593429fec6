import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNpyHeader } from './npy-header.ts';

test('reads headers however their writers lay them out', () => {
  const expected = { descr: '<f4', fortranOrder: false, shape: [2, 3] };
  for (const text of [
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }      \n",
    "{'descr':'<f4','fortran_order':False,'shape':(2,3)}",
    '{"shape": (2, 3,), "fortran_order": False, "descr": "<f4"}',
    " {\n'descr': '<f4', 'shape': (2L, 3L), 'fortran_order': False, }",
  ]) {
    assert.deepEqual(readNpyHeader(text), expected, text);
  }
});

test('reads every rank', () => {
  const shapeOf = (shape: string) =>
    readNpyHeader(`{'descr': '|u1', 'fortran_order': True, 'shape': ${shape}, }`).shape;
  assert.deepEqual(shapeOf('()'), []);
  assert.deepEqual(shapeOf('(7,)'), [7]);
  assert.deepEqual(shapeOf('(0, 9007199254740991)'), [0, 2 ** 53 - 1]);
  const most = Array.from({ length: 254 }, () => 1);
  assert.deepEqual(shapeOf(`(${most.join(', ')})`), most);
});

const whole = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

test('refuses what is no such dictionary', () => {
  const isNone =
    /^The header of the .npy body is not a dictionary of 'descr', 'fortran_order' and 'shape'$/;
  for (let end = 0; end < whole.length; end++) {
    assert.throws(() => readNpyHeader(whole.slice(0, end)), { message: isNone }, `${end}`);
  }
  for (const text of [
    `${whole}x`,
    `${whole}${whole}`,
    '[]',
    whole.replace("'<f4'", '4'),
    whole.replace("'<f4'", 'None'),
    whole.replace('False', '0'),
    whole.replace('False', "'False'"),
    whole.replace('(2, 3)', '2'),
    whole.replace('(2, 3)', '(-2, 3)'),
    whole.replace('(2, 3)', '(2.0, 3)'),
    whole.replace('(2, 3)', '(2 3)'),
    whole.replace('(2, 3)', "('2', 3)"),
    whole.replace("'shape'", "'size'"),
    whole.replace(', }', ", 'more': (1,), }"),
    whole.replace(', }', ", 'shape': (6,), }"),
    whole.replace(': ', ' '),
    whole.replace("', ", "' "),
  ]) {
    assert.throws(() => readNpyHeader(text), { message: isNone }, text);
  }
});

test('says what it does not read', () => {
  const records = whole.replace("'<f4'", "[('a', '<f4'), ('b', '<i8')]");
  assert.throws(() => readNpyHeader(records), {
    message: 'The .npy body holds records, which no input has',
  });
  assert.throws(() => readNpyHeader(whole.replace('3)', '9007199254740993)')), {
    message: 'The shape of the .npy body has a dimension of 9007199254740992 elements',
  });
  const deep = whole.replace('(2, 3)', `(${'1, '.repeat(255)})`);
  assert.throws(() => readNpyHeader(deep), {
    message: 'The shape of the .npy body has more than 254 dimensions',
  });
});
