import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Silence } from './silence.ts';

test('a count that stands still is a silence, from the first look that saw it', () => {
  const silence = new Silence();
  assert.equal(silence.look(7, 1000), 0);
  assert.equal(silence.look(7, 1250), 250);
  assert.equal(silence.look(7, 1600), 600);
  assert.equal(silence.look(8, 1850), 0);
  assert.equal(silence.look(8, 1900), 50);
});

test('time in which nobody looked is no silence', () => {
  const silence = new Silence();
  silence.look(1, 0);
  assert.equal(silence.look(1, 100), 100);
  // The process was stopped for an hour.
  assert.equal(silence.look(1, 3_600_100), 600);
});
