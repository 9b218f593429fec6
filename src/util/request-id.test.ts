import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestIds } from './index.ts';

test('takes a usable id of the client', () => {
  assert.equal(new RequestIds().of('trace-7/a'), 'trace-7/a');
});

test('makes a new one where there is none, or one that would spoil the log', () => {
  const ids = new RequestIds();
  const made = [undefined, '', 'a b', 'line\nbreak', 'x'.repeat(129), ['a', 'b']].map((header) =>
    ids.of(header),
  );
  assert.equal(new Set(made).size, made.length);
  for (const id of made) assert.match(id, /^[0-9a-f]{10}-[0-9a-z]+$/);
});
