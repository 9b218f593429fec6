import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../support/server.ts';
import { grpcRows } from './texts/grpc-rows.ts';
import { loadRows } from './texts/load-rows.ts';
import { logRows } from './texts/log-rows.ts';
import { restRows } from './texts/rest-rows.ts';
import { specTexts } from './texts/spec/spec-texts.ts';
import { startRows } from './texts/start-rows.ts';

const rows: readonly { readonly key: string; readonly text: string | RegExp }[] = [
  ...startRows,
  ...loadRows,
  ...logRows,
  ...restRows,
  ...grpcRows,
];
const idOf = (key: string) => key.replace(/#.*/, '');

test('every row has a key of its own, and every text of the spec a row or a reason for none', () => {
  assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
  const ids = specTexts.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const inRows = new Set(rows.map(({ key }) => idOf(key)));
  assert.deepEqual(
    [...inRows].filter((id) => !ids.includes(id)),
    [],
  );
  for (const { id, unreachable } of specTexts) {
    assert.equal(inRows.has(id), unreachable === undefined, id);
  }
});

test('every row has the text that the spec has', () => {
  for (const { key, text } of rows) {
    if (typeof text !== 'string') continue;
    const { text: spec, better = spec } = specTexts.find(({ id }) => id === idOf(key))!;
    const parts = better
      .split(/<[^ ][^>]*>?/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    assert.match(text, new RegExp(parts.join('[^]*')));
  }
});

test('a text without a row is in the unit test that proves it', async () => {
  for (const { text, provedBy } of specTexts) {
    if (provedBy === undefined) continue;
    const proof = await readFile(path.join(root, provedBy), 'utf8');
    assert.ok(proof.includes(text), `${provedBy}: ${text}`);
  }
});
