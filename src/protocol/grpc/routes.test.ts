import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echoService } from '../testing/echo-service.ts';
import { routesOf } from './routes.ts';

const service = echoService();

test('finds methods by their path', () => {
  const routes = routesOf([service]);
  assert.equal(routes.get('/serval.testing.Echo/Chat'), service.methods.Chat);
  assert.equal(routes.get('/serval.testing.Echo/Missing'), undefined);
  assert.equal(routes.get('/serval.testing.Echo/toString'), undefined);
});

test('a method that is not declared, or not so, is a defect', () => {
  const { descriptor } = service;
  const unary = { kind: 'unary', handle: () => new Uint8Array() } as const;
  assert.throws(() => routesOf([{ descriptor, methods: { Other: unary } }]), /no method Other/);
  assert.throws(
    () => routesOf([{ descriptor, methods: { Chat: unary } }]),
    /Chat is bidi_streaming/,
  );
});
