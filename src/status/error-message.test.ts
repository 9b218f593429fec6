import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code } from './code.ts';
import { fromErrorMessage, toErrorMessage } from './error-message.ts';
import { notFound, StatusError } from './status-error.ts';

test('an error keeps its code and text between threads, its causes as one line', () => {
  const error = notFound('no such model', {
    cause: new TypeError('x is not a y', { cause: new Error('why') }),
  });
  const arrived = fromErrorMessage(structuredClone(toErrorMessage(error)));
  assert.ok(arrived instanceof StatusError);
  assert.deepEqual([arrived.code, arrived.message], [Code.NOT_FOUND, 'no such model']);
  assert.equal((arrived.cause as Error).message, 'TypeError: x is not a y: why');
});

test('what is thrown that is no StatusError arrives as INTERNAL', () => {
  const { code, message, cause } = toErrorMessage(new RangeError('too much'));
  assert.deepEqual([code, message, cause], [Code.INTERNAL, 'too much', 'RangeError: too much']);
  assert.equal(fromErrorMessage(toErrorMessage(notFound('a'))).cause, undefined);
});

test('causes in a circle have an end', () => {
  const error = new Error('round');
  error.cause = error;
  assert.equal(toErrorMessage(error).cause?.split('round').length, 9);
});
