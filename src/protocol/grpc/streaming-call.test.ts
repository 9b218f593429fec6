import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { ByteBudget } from '../../util/index.ts';
import { Refusals } from '../refusals.ts';
import { echoService } from '../testing/echo-service.ts';
import { createGrpcHandler } from './handler.ts';
import { HealthService } from './health.ts';
import { FakeSink } from './testing/fake-sink.ts';

const chat = {
  method: 'POST',
  path: '/serval.testing.Echo/Chat',
  headers: { 'content-type': 'application/grpc' },
};

function setUp() {
  const budget = new ByteBudget(1e6);
  const handler = createGrpcHandler({
    services: [echoService()],
    health: new HealthService(),
    logger: new MemoryLogger(),
    budget,
    refusals: new Refusals(),
  });
  const sink = new FakeSink();
  return { budget, sink, call: handler.open(chat, sink) };
}

/** Several messages in one chunk. */
function frames(...messages: string[]): Buffer {
  return Buffer.concat(
    messages.map((message) => {
      const header = Buffer.alloc(5);
      header.writeUInt32BE(message.length, 1);
      return Buffer.concat([header, Buffer.from(message)]);
    }),
  );
}

/** Lets all that can go on without I/O go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('waits with the next message while the transport is full', async () => {
  const { sink, call } = setUp();
  sink.isFull = true;
  call.receive(frames('a', 'b', 'c'));
  call.halfClose();
  await settle();
  assert.deepEqual(sink.messages, ['a']);
  call.writable();
  await settle();
  assert.deepEqual(sink.messages, ['a', 'b']);
  sink.isFull = false;
  call.writable();
  await settle();
  assert.deepEqual(sink.messages, ['a', 'b', 'c']);
  assert.equal(sink.trailers?.['grpc-status'], '0');
});

test('pauses the client while messages wait, and gives their bytes back when they are used', async () => {
  const { sink, call, budget } = setUp();
  sink.isFull = true;
  call.receive(frames('abc', 'def'));
  assert.ok(sink.isPaused);
  await settle();
  assert.equal(budget.used, 16);
  sink.isFull = false;
  call.writable();
  await settle();
  assert.ok(!sink.isPaused);
  assert.equal(budget.used, 0);
});

test('a cancelled call stops its handler, wherever it waits', async () => {
  for (const isFull of [true, false]) {
    const { sink, call, budget } = setUp();
    sink.isFull = isFull;
    call.receive(frames('a', 'b'));
    await settle();
    call.cancel();
    await settle();
    assert.deepEqual(sink.messages, isFull ? ['a'] : ['a', 'b']);
    assert.equal(sink.trailers, null);
    assert.equal(budget.used, 0);
  }
});

test('a stream that ends within a message is an error after the messages before', async () => {
  const { sink, call } = setUp();
  call.receive(frames('a'));
  call.receive(frames('bcd').subarray(0, 6));
  call.halfClose();
  await settle();
  assert.deepEqual(sink.messages, ['a']);
  assert.equal(sink.trailers?.['grpc-status'], '13');
});
