import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RestRequest } from '../exchange.ts';
import { isReadInChunks, negotiate } from './negotiate.ts';

function choose(contentType: string | undefined, accept: string | undefined): string {
  const headers = { 'content-type': contentType, accept };
  const chosen = negotiate({ headers } as unknown as RestRequest);
  return chosen === null ? 'as TFS' : `${chosen.body} → ${chosen.reply.name}`;
}

const pb = 'application/x-protobuf';
const npy = 'application/x-npy';

/** What clients send with JSON, and what changes nothing about it. */
const jsonTypes = [
  undefined,
  '',
  'application/json',
  'application/json; charset=utf-8',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-protobuffer',
  'application/x-npyx',
  'application/npy',
  'text/x-protobuf',
  'x application/x-npy',
];
const otherAccepts = [
  undefined,
  '',
  '*/*',
  'application/json',
  'application/json, text/plain, */*',
  'text/html',
  'application/json;q=0',
];

test('JSON without a word of binary is as in TFS', () => {
  for (const type of jsonTypes) {
    for (const accept of otherAccepts) assert.equal(choose(type, accept), 'as TFS', `${type}`);
    assert.ok(!isReadInChunks({ 'content-type': type }));
  }
});

test('JSON is answered with what is asked for', () => {
  for (const type of jsonTypes) {
    assert.equal(choose(type, pb), `json → ${pb}`);
    assert.equal(choose(type, `${npy}, */*;q=0.1`), `json → ${npy}`);
    assert.equal(choose(type, 'APPLICATION/PROTOBUF'), 'json → application/protobuf');
  }
  assert.equal(choose(undefined, `${pb}, application/json`), `json → ${pb}`);
});

test('JSON that accepts binary less, or not, is answered with JSON', () => {
  for (const accept of [
    `application/json, ${pb}`,
    `application/json, ${npy};q=0.9`,
    `*/*, ${npy};q=0.9`,
    `${npy};q=0`,
    'application/x-npyx',
    'image/npy',
  ]) {
    assert.equal(choose('application/json', accept), 'as TFS', accept);
  }
});

test('a binary body is answered in its own format by default', () => {
  for (const accept of [undefined, '', '*/*', 'application/*;q=0.3', 'text/html, */*;q=0.1']) {
    assert.equal(choose(pb, accept), `protobuf → ${pb}`);
    assert.equal(choose(npy, accept), `npy → ${npy}`);
    assert.equal(choose('application/protobuf', accept), 'protobuf → application/protobuf');
  }
});

test('a binary body is answered with what is asked for', () => {
  assert.equal(choose(npy, 'application/json'), 'npy → application/json');
  assert.equal(choose(npy, pb), `npy → ${pb}`);
  assert.equal(choose(pb, npy), `protobuf → ${npy}`);
  assert.equal(choose(pb, `${npy};q=0.5, application/json`), 'protobuf → application/json');
});

test('content types are compared without case and parameters', () => {
  for (const type of [
    'Application/X-Protobuf',
    `${pb};messageType="tensorflow.serving.PredictRequest"`,
    ` ${pb} ; charset=x`,
  ]) {
    assert.equal(choose(type, undefined), `protobuf → ${pb}`, type);
    assert.ok(isReadInChunks({ 'content-type': type }));
  }
});

test('a binary body whose reply cannot be accepted is refused', () => {
  for (const type of [pb, npy, 'application/protobuf']) {
    for (const accept of ['text/html', '*/*;q=0', 'application/x-tar']) {
      assert.throws(() => choose(type, accept), {
        code: 3,
        message:
          'The Accept header leaves no type for the reply; there are application/json, ' +
          'application/x-protobuf, application/protobuf, application/x-npy',
      });
    }
  }
});
