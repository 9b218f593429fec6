import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServableStatus } from '../core/index.ts';
import { Code, notFound, unavailable } from '../status/index.ts';
import { loadFailure } from './load-failure.ts';

const status = (
  name: string,
  state: ServableStatus['state'],
  error: ServableStatus['error'] = null,
): ServableStatus => ({ id: { name, version: 7n }, state, error });

test('models that are available are no failure', () => {
  assert.equal(loadFailure('servable(s)', [status('a', 'AVAILABLE')]), null);
  assert.equal(loadFailure('servable(s)', []), null);
});

test('the failure counts and names what did not become available, as TFS does', () => {
  const failure = loadFailure('servable(s)', [
    status('a', 'END', notFound('no such thing')),
    status('b', 'AVAILABLE'),
    status('c', 'END', unavailable('busy', { cause: 'later' })),
    status('d', 'END'),
  ]);
  assert.equal(failure?.code, Code.UNKNOWN);
  assert.equal(
    failure?.message,
    '3 servable(s) did not become available: {' +
      '{{name: a version: 7} due to error: NOT_FOUND: no such thing}, ' +
      '{{name: c version: 7} due to error: UNAVAILABLE: busy}, ' +
      '{{name: d version: 7}}, }',
  );
});
