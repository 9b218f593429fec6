import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Code } from './code.ts';
import { fileError } from './file-error.ts';

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}

describe('fileError', () => {
  it('gives system errors the form that TensorFlow gives them', () => {
    const missing = thrownBy(() => readFileSync('/no/such/file'));
    const error = fileError('/no/such/file', missing);
    assert.equal(error.toString(), 'NOT_FOUND: /no/such/file; No such file or directory');
    assert.equal(error.cause, missing);
    const folder = thrownBy(() => readFileSync('/'));
    assert.equal(fileError('/', folder).toString(), 'FAILED_PRECONDITION: /; Is a directory');
  });

  it('keeps the words of errors that it does not know', () => {
    const error = fileError(
      '/f',
      Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }),
    );
    assert.equal(error.code, Code.UNKNOWN);
    assert.equal(error.message, '/f; EIO: i/o error, read');
    assert.equal(fileError('/f', new Error('odd')).message, '/f; odd');
  });
});
