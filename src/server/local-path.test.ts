import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code, StatusError } from '../status/index.ts';
import { localPath } from './local-path.ts';

test('local paths and file URIs are what they are', () => {
  assert.equal(localPath('m', '/models/m'), '/models/m');
  assert.equal(localPath('m', 'file:///models/m'), '/models/m');
  assert.equal(localPath('m', '/models/odd:name'), '/models/odd:name');
});

test('other stores are refused with what to do', () => {
  for (const uri of ['gs://bucket/m', 's3://bucket/m', 'hdfs://host/m']) {
    assert.throws(
      () => localPath('m', uri),
      (error) =>
        error instanceof StatusError &&
        error.code === Code.UNIMPLEMENTED &&
        error.message.includes(`The base path of model m is ${uri}`),
    );
  }
});
