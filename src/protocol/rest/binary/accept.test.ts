import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseType } from './accept.ts';
import { jsonType, npyType, protobufTypes } from './media-type.ts';

const types = [npyType, jsonType, ...protobufTypes];

/** Accept header and the type chosen of .npy, JSON and the names of protobuf, in this order. */
const choices: readonly [accept: string, chosen: string | null][] = [
  ['*/*', 'application/x-npy'],
  ['application/*', 'application/x-npy'],
  ['application/json', 'application/json'],
  ['Application/JSON', 'application/json'],
  ['application/protobuf', 'application/protobuf'],
  ['application/json, application/x-npy', 'application/json'],
  ['application/x-npy, application/json', 'application/x-npy'],
  ['application/json;q=0.5, application/x-npy;q=0.4', 'application/json'],
  ['application/json;q=0.4, application/x-npy;q=0.5', 'application/x-npy'],
  ['application/json ; Q = 0.4 , application/x-npy', 'application/x-npy'],
  ['application/json;charset=utf-8;q=0.1, */*;q=0.05', 'application/json'],
  ['*/*, application/json', 'application/json'],
  ['*/*;q=0.9, application/json;q=0.1', 'application/x-npy'],
  ['application/x-npy;q=0, */*', 'application/json'],
  ['application/*;q=0, */*', null],
  ['application/x-npy;q=0.0', null],
  ['*/*;q=0', null],
  ['text/html, image/*', null],
  ['text/html, */*;q=0.1', 'application/x-npy'],
  ['application/jso', null],
  ['json', null],
  ['', null],
  [',,;q=1, */', null],
  ['application/json;q=x', 'application/json'],
  ['application/json;q=1.2.3', 'application/json'],
  ['application/json;q=7', 'application/json'],
];
for (const [accept, chosen] of choices) {
  test(`"${accept}": ${chosen ?? 'none'}`, () => {
    assert.equal(chooseType(accept, types)?.name ?? null, chosen);
  });
}

test('a header of any length takes no long time', () => {
  const accept = `${'*/x,'.repeat(10_000)}application/json`;
  assert.equal(chooseType(accept, types), jsonType);
});
