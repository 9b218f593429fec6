import assert from 'node:assert/strict';
import { test } from 'node:test';
import { debugText, typeText } from './debug-text.ts';

const printed = (text: string) => debugText(Buffer.from(`${text},`), 0);

test('numbers as the original prints them', () => {
  for (const [text, expected] of [
    ['1', '1'],
    ['-0', '0'],
    ['-0.0', '-0.0'],
    ['1.50', '1.5'],
    ['1e2', '100.0'],
    ['1e21', '1e21'],
    ['1E-7', '1e-7'],
    ['9223372036854775807', '9223372036854775807'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '18446744073709552000.0'],
    ['NaN', 'NaN'],
    ['-Inf', '-Infinity'],
  ]) {
    assert.equal(printed(text!), expected);
  }
});

test('lists on one line, objects with a member a line', () => {
  assert.equal(
    printed('[ 1,[true ,null],"a\\u0001" , {} ,[]]'),
    '[1, [true, null], "a\\u0001", {}, []]',
  );
  assert.equal(
    printed('[{"a" : 1,"b":[{"c":false}]}]'),
    '[{\n        "a": 1,\n        "b": [{\n                "c": false\n            }]\n    }]',
  );
});

test('nothing is added once there are 256 bytes', () => {
  const list = `[${'12345678,'.repeat(1000)}0]`;
  const text = printed(list);
  assert.ok(text.length >= 256 && text.length < 270);
  assert.ok(`${list.slice(0, -1).replaceAll(',', ', ')}]`.startsWith(text));
  assert.ok(printed(`"${'x'.repeat(5000)}"`).length < 1100);
  const nested = printed(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`);
  assert.ok(nested.length < 400);
});

test('names of types', () => {
  const types = ['null', 'false', 'true', '{}', '[]', '""', '0', '-1', 'NaN'].map((text) =>
    typeText(Buffer.from(text), 0),
  );
  assert.deepEqual(types, [
    'Null',
    'False',
    'True',
    'Object',
    'Array',
    'String',
    'Number',
    'Number',
    'Number',
  ]);
});

test('a number may be the whole document, with nothing behind it', () => {
  const numbers = {
    '0': '0',
    '-0': '0',
    '12': '12',
    '1.5': '1.5',
    '0.00': '0.0',
    '-12.25e+1': '-122.5',
    '1e5': '100000.0',
    '123456789012': '123456789012',
    '1234567890123456789': '1234567890123456789',
    '1.234567890123456789': '1.2345678901234567',
    NaN: 'NaN',
    '-Infinity': '-Infinity',
  };
  for (const [json, text] of Object.entries(numbers)) {
    assert.equal(debugText(Buffer.from(json), 0), text);
  }
});
