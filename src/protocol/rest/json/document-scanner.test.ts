import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '../../../status/index.ts';
import { randomFrom } from '../../../util/testing/random.ts';
import { numberKernel } from '../number-kernel.ts';
import { DocumentScanner } from './document-scanner.ts';

const keys = ['a', 'b'].map((key) => Buffer.from(key));

const maxDepth = 256;

function scan(text: string | Buffer, step = Number.POSITIVE_INFINITY): DocumentScanner {
  const scanner = new DocumentScanner(Buffer.from(text), keys, maxDepth, () => null, numberKernel);
  let limit = 0;
  do limit = Math.max(limit, scanner.pos) + step;
  while (!scanner.run(limit));
  return scanner;
}

const syntaxErrors: readonly (readonly [text: string, reason: string, offset: number])[] = [
  [' ', 'The document is empty.', 1],
  ['\ufeff \n', 'The document is empty.', 5],
  [']', 'The document is empty.', 0],
  ['}', 'The document is empty.', 0],
  [',1', 'The document is empty.', 0],
  ['this is not json', 'Invalid value.', 1],
  ['nul', 'Invalid value.', 3],
  ['falsy', 'Invalid value.', 4],
  ['[1,]', 'Invalid value.', 3],
  ['[,1]', 'Invalid value.', 1],
  ['[', 'Invalid value.', 1],
  ['[1,', 'Invalid value.', 3],
  ['[}', 'Invalid value.', 1],
  ['{"a":}', 'Invalid value.', 5],
  ['{"a":', 'Invalid value.', 5],
  ['[+1]', 'Invalid value.', 1],
  ['[-]', 'Invalid value.', 2],
  ['[-x]', 'Invalid value.', 2],
  ['[.5]', 'Invalid value.', 1],
  ['[nan]', 'Invalid value.', 2],
  ['[Nan]', 'Invalid value.', 3],
  ['[Infinite]', 'Invalid value.', 8],
  ['[01]', "Missing a comma or ']' after an array element.", 2],
  ['[1 2]', "Missing a comma or ']' after an array element.", 3],
  ['[1', "Missing a comma or ']' after an array element.", 2],
  ['[1}', "Missing a comma or ']' after an array element.", 2],
  ['[NaN.5]', "Missing a comma or ']' after an array element.", 4],
  ['{"a":1 "b":2}', "Missing a comma or '}' after an object member.", 7],
  ['{"a":1', "Missing a comma or '}' after an object member.", 6],
  ['{"a":1]', "Missing a comma or '}' after an object member.", 6],
  ['{', 'Missing a name for object member.', 1],
  ['{a:1}', 'Missing a name for object member.', 1],
  ['{1:1}', 'Missing a name for object member.', 1],
  ['{"a":1,}', 'Missing a name for object member.', 7],
  ['{"a":1,', 'Missing a name for object member.', 7],
  ['{,', 'Missing a name for object member.', 1],
  ['{"a"}', 'Missing a colon after a name of object member.', 4],
  ['{"a" 1}', 'Missing a colon after a name of object member.', 5],
  ['{"a"', 'Missing a colon after a name of object member.', 4],
  ['["\\u12g4"]', 'Incorrect hex digit after \\u escape in string.', 2],
  ['["x\\ud800\\u00"]', 'Incorrect hex digit after \\u escape in string.', 3],
  ['["\\ud800"]', 'The surrogate pair in string is invalid.', 2],
  ['["\\ud800\\u0041"]', 'The surrogate pair in string is invalid.', 2],
  ['["\\x"]', 'Invalid escape character in string.', 2],
  ['["a\u0001"]', 'Invalid escape character in string.', 3],
  ['["a\n"]', 'Invalid escape character in string.', 3],
  ['["a', 'Missing a closing quotation mark in string.', 3],
  ['["a\u0000"]', 'Missing a closing quotation mark in string.', 3],
  ['["a\\', 'Invalid escape character in string.', 3],
  ['[1e309]', 'Number too big to be stored in double.', 1],
  ['[-1e400]', 'Number too big to be stored in double.', 1],
  [`[${'9'.repeat(400)}]`, 'Number too big to be stored in double.', 1],
  ['[1.]', 'Miss fraction part in number.', 3],
  ['[1.e5]', 'Miss fraction part in number.', 3],
  ['[1e]', 'Miss exponent in number.', 3],
  ['[1e+]', 'Miss exponent in number.', 4],
  ['[1\u0000]', "Missing a comma or ']' after an array element.", 2],
  [`${'['.repeat(257)}`, 'Lists and objects nested too deeply.', 256],
  [`[0.${'0'.repeat(70000)}]`, 'Number too long.', 1],
];

for (const [text, reason, offset] of syntaxErrors) {
  test(`${JSON.stringify(text.slice(0, 30))} is refused: ${reason}`, () => {
    const message = `JSON Parse error: ${reason} at offset: ${offset}`;
    for (const step of [Number.POSITIVE_INFINITY, 1, 3]) {
      assert.throws(() => scan(text, step), { code: 3, message });
    }
  });
}

test('what the grammar allows beyond JSON.parse', () => {
  for (const text of [
    '{"a":[NaN,-NaN,Inf,-Inf,Infinity,-Infinity]}',
    '\ufeff{"a":1}',
    '{"a":1} and more',
    '{"a":1}}',
    '{"a":"\\udc00"}',
    '[1.8e308]',
    `[0.${'0'.repeat(400)}1e400]`,
    '{"a":1}\u0000',
    `${'['.repeat(256)}${']'.repeat(256)}`,
  ]) {
    scan(text);
    scan(text, 1);
  }
  assert.ok(scan(Buffer.from('{"a":"\xff\xfe"}', 'latin1')).isObject);
});

test('the first of repeated members is found, whatever its key is written like', () => {
  const text = '{"x":{"a":0},"\\u0061":[1],"a":[2,3],"b":null}';
  const [a, b] = scan(text).found;
  assert.deepEqual(a?.shape, [1]);
  assert.equal(text.slice(a?.start, a?.end), '[1]');
  assert.equal(text.slice(b?.start, b?.end), 'null');
  assert.deepEqual(b?.shape, []);
  assert.deepEqual(scan('{"c":1}').found, [null, null]);
});

const shapes: readonly (readonly [text: string, shape: number[]])[] = [
  ['5', []],
  ['"x"', []],
  ['[]', [0]],
  ['[1,2,3]', [3]],
  ['[ [1,2] , [3,4] , [5,6] ]', [3, 2]],
  ['[[],[]]', [2, 0]],
  ['[[[1],[2]],[[1]]]', [2, 2, 1]],
  ['[1,[2,3]]', [2]],
  ['[[1,2],[3],4]', [3, 2]],
  ['["a","b"]', [2]],
  ['[["a"],["b"]]', [2, 1]],
  ['[{"k":[1]},{}]', [2]],
  ['[[{"k":[1]}]]', [1, 1]],
  ['[null,true,false]', [3]],
  ['[["[[[",2],[1]]', [2, 2]],
];

test('the shape of a value is that of its first lists', () => {
  for (const [text, shape] of shapes) {
    for (const step of [Number.POSITIVE_INFINITY, 1]) {
      const [a] = scan(`{"b":0,"a": ${text} ,"c":[1]}`, step).found;
      assert.deepEqual(a?.shape, shape, text);
    }
  }
});

test('the members of an object, or of the first object of a list, are listed with their shapes', () => {
  const text = '{"a":[{"x":[[1,2]],"y":5,"x":{"z":[1]}},{"x":1}],"b":{"p":[],"q":[[1],[2]]}}';
  for (const step of [Number.POSITIVE_INFINITY, 1, 2]) {
    const [a, b] = scan(text, step).found;
    const listed = (node: typeof a) =>
      node?.members?.map(({ keyStart, keyEnd, start, end, shape }) => [
        text.slice(keyStart, keyEnd),
        text.slice(start, end),
        shape,
      ]);
    assert.deepEqual(a?.shape, [2]);
    assert.deepEqual(listed(a), [
      ['x', '[[1,2]]', [1, 2]],
      ['y', '5', []],
      ['x', '{"z":[1]}', []],
    ]);
    assert.deepEqual(listed(b), [
      ['p', '[]', [0]],
      ['q', '[[1],[2]]', [2, 1]],
    ]);
    assert.equal(a?.first, text.indexOf('{"x"'));
  }
  assert.equal(scan('{"a":[1,{"x":2}]}').found[0]?.members, null);
  assert.equal(scan('{"a":[]}').found[0]?.first, -1);
});

test('texts are accepted as JSON.parse accepts them, where the grammars agree', () => {
  const random = randomFrom(21);
  const seeds = [
    '{"a":[1,2.5,-3e-2],"b":{"c":"d\\n\\u0041","e":[true,false,null]}}',
    '[[1,2],[3,4],{"a":[]},"",0]',
  ];
  const alphabet = '[]{},:"\\ \n0123456789.eE+-truefalsn';
  for (let i = 0; i < 20_000; i++) {
    const characters = [...seeds[i % seeds.length]!];
    for (let edits = 1 + Math.floor(random() * 3); edits > 0; edits--) {
      const at = Math.floor(random() * characters.length);
      const letter = alphabet[Math.floor(random() * alphabet.length)]!;
      characters.splice(at, Math.floor(random() * 2), ...(random() < 0.6 ? [letter] : []));
    }
    const text = characters.join('');
    let accepted = true;
    try {
      JSON.parse(text);
    } catch {
      accepted = false;
    }
    try {
      const scanner = scan(text, 1 + Math.floor(random() * 9));
      const rest = text.slice(scanner.end).trim();
      assert.ok(accepted || rest !== '', text);
      assert.doesNotThrow(() => JSON.parse(text.slice(0, scanner.end)), text);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      assert.ok(!accepted, `${text}: ${error.message}`);
    }
  }
});

test('containers of every depth are told apart, and lists counted', () => {
  for (const depth of [1, 14, 15, 16, 17, 31, 32, 33, 100, 254, 255]) {
    const lists = `{"a":${'['.repeat(depth)}1,2${']'.repeat(depth)}}`;
    assert.deepEqual(scan(lists).found[0]!.shape, [...new Array<number>(depth - 1).fill(1), 2]);
    assert.throws(() => scan(lists.replace(']', '}')), StatusError);
    const objects = `{"b":${'{"k":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    assert.equal(scan(objects).end, objects.length);
    assert.throws(() => scan(objects.replace('}', ']')), StatusError);
  }
  assert.throws(() => scan(`{"a":${'['.repeat(256)}`), /depth|deep|nest/i);
});
