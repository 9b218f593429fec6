import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  HealthListResponseSchema,
  HealthCheckResponse_ServingStatus as Serving,
} from '../../proto/index.ts';
import { StatusError } from '../../status/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { ByteBudget } from '../../util/index.ts';
import { Refusals } from '../refusals.ts';
import { echoService } from '../testing/echo-service.ts';
import { createGrpcHandler } from './handler.ts';
import { HealthService } from './health.ts';
import type { CallContext } from './method.ts';

function request(service: string): Uint8Array {
  return toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema, { service }));
}

function status(message: Uint8Array): Serving {
  return fromBinary(HealthCheckResponseSchema, message).status;
}

function context(signal: AbortSignal): CallContext {
  return {
    metadata: {},
    deadline: Number.POSITIVE_INFINITY,
    signal,
    requestId: 'id',
    reserve: () => {},
  };
}

const noSignal = new AbortController().signal;

function check(health: HealthService, service: string): Serving {
  const { Check } = health.methods;
  assert.ok(Check?.kind === 'unary');
  return status(Check.handle(request(service), context(noSignal)) as Uint8Array);
}

/** The statuses that a watch is sent, one at a time. */
async function* watch(
  health: HealthService,
  service: string,
  signal = noSignal,
): AsyncGenerator<Serving, void, void> {
  const { Watch } = health.methods;
  assert.ok(Watch?.kind === 'streaming');
  async function* messages() {
    yield request(service);
  }
  for await (const message of Watch.handle(messages(), context(signal))) yield status(message);
}

test('knows the server as a whole and every service by both its names', () => {
  const health = new HealthService();
  createGrpcHandler({
    services: [echoService()],
    health,
    logger: new MemoryLogger(),
    budget: new ByteBudget(1),
    refusals: new Refusals(),
  });
  for (const name of ['', 'Echo', 'serval.testing.Echo']) {
    assert.equal(check(health, name), Serving.SERVING);
  }
  assert.throws(() => check(health, 'unknown'), { code: 5 });
});

test('lists all it knows', () => {
  const health = new HealthService();
  health.set('model', 'NOT_SERVING');
  const { List } = health.methods;
  assert.ok(List?.kind === 'unary');
  const reply = List.handle(new Uint8Array(0), context(noSignal)) as Uint8Array;
  const { statuses } = fromBinary(HealthListResponseSchema, reply);
  assert.deepEqual(
    Object.entries(statuses).map(([name, value]) => [name, value.status]),
    [
      ['', Serving.SERVING],
      ['model', Serving.NOT_SERVING],
    ],
  );
});

test('refuses a message that is no request', () => {
  const { Check } = new HealthService().methods;
  assert.ok(Check?.kind === 'unary');
  assert.throws(() => Check.handle(Buffer.from([0xff]), context(noSignal)), { code: 3 });
});

test('a watch reports a name that is unknown, appears, changes and goes', async () => {
  const health = new HealthService();
  const statuses = watch(health, 'model');
  assert.equal((await statuses.next()).value, Serving.SERVICE_UNKNOWN);
  const changes = [
    [() => health.set('model', 'NOT_SERVING'), Serving.NOT_SERVING],
    [() => health.set('model', 'SERVING'), Serving.SERVING],
    [() => health.remove('model'), Serving.SERVICE_UNKNOWN],
  ] as const;
  for (const [change, expected] of changes) {
    const next = statuses.next();
    change();
    assert.equal((await next).value, expected);
  }
});

test('a watch ends when its call is aborted', async () => {
  const controller = new AbortController();
  const statuses = watch(new HealthService(), '', controller.signal);
  await statuses.next();
  const next = statuses.next();
  controller.abort(new Error('gone'));
  await assert.rejects(next, /gone/);
});

test('draining turns everything to NOT_SERVING for good, and ends watches', async () => {
  const health = new HealthService();
  health.set('model', 'SERVING');
  const statuses = watch(health, 'model');
  await statuses.next();
  const next = statuses.next();
  health.drain();
  health.set('model', 'SERVING');
  health.set('other', 'SERVING');
  assert.equal((await next).value, Serving.NOT_SERVING);
  assert.equal(check(health, ''), Serving.NOT_SERVING);
  assert.equal(check(health, 'model'), Serving.NOT_SERVING);
  assert.throws(() => check(health, 'other'), StatusError);
  await assert.rejects(statuses.next(), { code: 14, message: 'The server is shutting down' });
});

test('knows models that are or were available, behind the services', async () => {
  const health = new HealthService();
  health.set('service', 'SERVING');
  health.setModel('m', false);
  assert.throws(() => check(health, 'm'), /unknown service/, 'it never was');
  const watched = watch(health, 'm');
  const next = async () => (await watched.next()).value;
  assert.equal(await next(), Serving.SERVICE_UNKNOWN);
  health.setModel('m', true);
  assert.equal(await next(), Serving.SERVING);
  assert.equal(check(health, 'm'), Serving.SERVING);
  health.setModel('m', false);
  assert.equal(await next(), Serving.NOT_SERVING);
  health.setModel('service', true);
  health.setModel('service', false);
  health.setModel('', true);
  health.setModel('', false);
  assert.equal(check(health, 'service'), Serving.SERVING);
  assert.equal(check(health, ''), Serving.SERVING);
  health.setModel('m', true);
  health.drain();
  assert.equal(check(health, 'm'), Serving.NOT_SERVING);
  health.setModel('m', true);
  assert.equal(check(health, 'm'), Serving.NOT_SERVING);
});

test('forgets the models that are gone for the longest time', () => {
  const health = new HealthService();
  health.setModel('here', true);
  for (let i = 0; i < 1002; i++) {
    health.setModel(`m${i}`, true);
    health.setModel(`m${i}`, false);
  }
  assert.throws(() => check(health, 'm1'), /unknown service/);
  assert.equal(check(health, 'm2'), Serving.NOT_SERVING);
  assert.equal(check(health, 'here'), Serving.SERVING);
});
