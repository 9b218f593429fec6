import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PingGuard } from './ping-guard.ts';

const rules = { minPingIntervalMs: 1000, maxPingStrikes: 2 };
const hours = 3600 * 1000;

test('puts up with so many pings that come too early', () => {
  const guard = new PingGuard(rules);
  const pings = [0, 10, 20, 30].map((now) => guard.allows(now, false, 0));
  assert.deepEqual(pings, [true, true, true, false]);
});

test('counts from ping to ping', () => {
  const guard = new PingGuard(rules);
  for (let now = 0; now < 20_000; now += 1000) assert.ok(guard.allows(now, false, 0));
  const early = [999, 1998, 2997].map((after) => guard.allows(19_000 + after, false, 0));
  assert.deepEqual(early, [true, true, false]);
});

test('forgives all when something of substance was sent', () => {
  const guard = new PingGuard(rules);
  for (let i = 0; i < 100; i++) assert.ok(guard.allows(i, true, i));
});

test('wants two hours between pings of a client that may not ping without a call', () => {
  const guard = new PingGuard(rules);
  const times = [0, 2 * hours, 3 * hours, 4 * hours, 5 * hours];
  assert.deepEqual(
    times.map((now) => guard.allows(now, true, 0)),
    [true, true, true, true, false],
  );
});

test('bears any number where it is told so', () => {
  const guard = new PingGuard({ ...rules, maxPingStrikes: 0 });
  for (let i = 0; i < 100; i++) assert.ok(guard.allows(0, true, 0));
});
