import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ErrorCode } from './faults.ts';
import { Flag, FrameType, maxInt31, readUint32 } from './frame.ts';
import { answer, Scene } from './testing/scene.ts';
import { frame, post, uint32 } from './testing/test-client.ts';

const { data, headers, ping, goAway, windowUpdate } = FrameType;
const end = Flag.endStream;
const whole = Flag.endHeaders;
const somePing = frame(ping, 0, 0, Buffer.alloc(8));
/** On the connection's clock. */
const inAnHour = () => performance.now() + 3_600_000;

test('an old connection ends as gently as at the end of the server', async () => {
  using scene = await Scene.greeted({ maxAgeMs: 1000 });
  await scene.client.send(frame(headers, whole | end, 1, post));
  scene.connection.keepUp(performance.now());
  await nextTurn();
  assert.deepEqual(scene.client.frames(), []);
  scene.connection.keepUp(inAnHour());
  await nextTurn();
  const [announced, asked] = scene.client.frames();
  assert.deepEqual([announced!.type, readUint32(announced!.payload, 0)], [goAway, maxInt31]);
  await scene.client.send(
    frame(headers, whole | end, 3, post),
    frame(ping, Flag.ack, 0, asked!.payload),
  );
  const [last] = scene.client.frames();
  assert.deepEqual([last!.type, readUint32(last!.payload, 0)], [goAway, 3]);
  for (const request of scene.requests) answer(request);
  await nextTurn();
  assert.ok(scene.client.writableEnded);
  assert.deepEqual(scene.failures, []);
});

test('calls of an old connection are cut off after the grace', async () => {
  using scene = await Scene.greeted({ maxAgeMs: 1000, maxAgeGraceMs: 1000 });
  await scene.client.send(frame(headers, whole | end, 1, post));
  const now = inAnHour();
  scene.connection.keepUp(now);
  scene.connection.keepUp(now + 999);
  assert.equal(scene.requests[0]!.closes, 0);
  scene.client.frames();
  scene.connection.keepUp(now + 1000);
  assert.equal(scene.requests[0]!.closes, 1);
  assert.equal(scene.client.goAwayCode(), ErrorCode.noError);
});

test('the end of the server hurries a connection that ends of its age', async () => {
  using scene = await Scene.greeted({ maxAgeMs: 1000 });
  scene.connection.keepUp(inAnHour());
  await nextTurn();
  scene.client.frames();
  scene.connection.end(0);
  while (!scene.client.writableEnded) await nextTurn();
  assert.equal(scene.client.frames().filter(({ type }) => type === goAway).length, 1);
});

test('a connection without calls ends when it is idle for too long', async () => {
  using scene = await Scene.greeted({ maxIdleMs: 1000 }, answer);
  await scene.client.send(frame(headers, whole | end, 1, post));
  const now = inAnHour();
  scene.connection.keepUp(now);
  scene.client.frames();
  scene.connection.keepUp(now + 2000);
  await nextTurn();
  assert.equal(scene.client.goAwayCode(), ErrorCode.noError);
});

test('a client that answers no ping loses its connection and its calls', async () => {
  using scene = await Scene.greeted({ keepaliveMs: 1000, keepaliveTimeoutMs: 1000 });
  await scene.client.send(frame(headers, whole | end, 1, post));
  const now = inAnHour();
  scene.connection.keepUp(now);
  scene.connection.keepUp(now + 1000);
  await nextTurn();
  const [asked, ...more] = scene.client.frames();
  assert.deepEqual([asked!.type, asked!.flags, more.length], [ping, 0, 0]);
  for (const later of [2000, 3000]) scene.connection.keepUp(now + later);
  await nextTurn();
  assert.ok(scene.client.destroyed);
  assert.equal(scene.requests[0]!.closes, 1);
  assert.deepEqual(scene.failures, ['The client does not answer']);
});

test('a client that answers is asked again only when it is silent again', async () => {
  using scene = await Scene.greeted({ keepaliveMs: 1000, keepaliveTimeoutMs: 1000 });
  await scene.client.send(frame(headers, whole | end, 1, post));
  const now = inAnHour();
  for (let later = 0; later < 10_000; later += 1000) {
    scene.connection.keepUp(now + later);
    await nextTurn();
    const asked = scene.client.frames().find(({ type }) => type === ping);
    if (asked !== undefined) await scene.client.send(frame(ping, Flag.ack, 0, asked.payload));
  }
  assert.ok(!scene.client.destroyed);
  assert.deepEqual(scene.failures, []);
});

test('a client that takes nothing, and is not read from, is not taken for gone', async () => {
  using scene = await Scene.greeted({ keepaliveMs: 1000, keepaliveTimeoutMs: 1000 }, answer);
  await scene.client.send(frame(windowUpdate, 0, 0, uint32(10_000_000)));
  scene.client.isFull = true;
  const body = Buffer.alloc(49_000);
  for (let id = 1; scene.connection.size < 10 && id < 200; id += 2) {
    await scene.client.send(frame(headers, whole, id, post), frame(data, end, id, body));
  }
  assert.ok(scene.client.isPaused());
  const now = inAnHour();
  for (let later = 0; later < 10_000; later += 1000) scene.connection.keepUp(now + later);
  assert.ok(!scene.client.destroyed);
  assert.deepEqual(scene.failures, []);
});

test('a client that pings too often is told so', async () => {
  using scene = await Scene.greeted({ minPingIntervalMs: 60_000, maxPingStrikes: 2 });
  await scene.client.send(frame(headers, whole | end, 1, post));
  await scene.client.send(somePing, somePing, somePing);
  assert.deepEqual(
    scene.client.frames().map(({ type, flags }) => [type, flags]),
    Array.from({ length: 3 }, () => [ping, Flag.ack]),
  );
  await scene.client.send(somePing);
  const [told] = scene.client.frames();
  assert.equal(readUint32(told!.payload, 4), ErrorCode.enhanceYourCalm);
  assert.equal(told!.payload.subarray(8).toString(), 'too_many_pings');
  assert.ok(scene.client.writableEnded);
});

test('a client may ping after each reply', async () => {
  using scene = await Scene.greeted({ minPingIntervalMs: 60_000, maxPingStrikes: 1 }, answer);
  for (let id = 1; id < 40; id += 2) {
    await scene.client.send(frame(headers, whole | end, id, post), somePing, somePing);
  }
  assert.deepEqual(scene.failures, []);
  await scene.client.send(somePing);
  assert.equal(scene.failures.length, 1);
});

test('a client without a call may ping as often as others where it is told so', async () => {
  const rules = { minPingIntervalMs: 0, maxPingStrikes: 1 };
  using strict = await Scene.greeted(rules);
  await strict.client.send(somePing, somePing, somePing);
  assert.deepEqual(strict.failures, ['too_many_pings']);
  using lenient = await Scene.greeted({ ...rules, keepaliveWithoutCalls: true });
  await lenient.client.send(...Array.from({ length: 100 }, () => somePing));
  assert.deepEqual(lenient.failures, []);
});
