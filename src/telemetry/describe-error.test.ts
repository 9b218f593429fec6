import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code, StatusError } from '../status/index.ts';
import { describeError } from './describe-error.ts';

describe('describeError', () => {
  it('names the code of statuses and of system errors', () => {
    assert.deepEqual(describeError(new StatusError(Code.NOT_FOUND, 'no'), false), {
      code: 'NOT_FOUND',
      message: 'no',
    });
    const system = Object.assign(new Error('in use'), { code: 'EADDRINUSE' });
    assert.deepEqual(describeError(system, false), { code: 'EADDRINUSE', message: 'in use' });
  });

  it('ends a chain of causes that runs in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    let depth = 0;
    for (let at = describeError(error, false); at.cause !== undefined; at = at.cause) depth++;
    assert.equal(depth, 7);
  });

  it('shows the errors of an aggregate', () => {
    const error = new AggregateError([new Error('a'), 'b'], 'both');
    assert.deepEqual(describeError(error, false), {
      name: 'AggregateError',
      message: 'both',
      errors: [{ message: 'a' }, { message: 'b' }],
    });
  });

  it('takes whatever was thrown', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    assert.deepEqual(describeError('text', true), { message: 'text' });
    assert.deepEqual(describeError(undefined, true), { message: 'undefined' });
    assert.deepEqual(describeError({ a: 1 }, true), { message: '{"a":1}' });
    assert.deepEqual(describeError(circular, true), { message: '[object Object]' });
  });
});
