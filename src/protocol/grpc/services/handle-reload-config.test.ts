import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { FakeLookup } from '../../../inference/testing/fake-lookup.ts';
import { FakeModel, signatureSpec } from '../../../inference/testing/fake-model.ts';
import {
  type ModelServerConfig,
  ReloadConfigRequestSchema,
  ReloadConfigResponseSchema,
} from '../../../proto/index.ts';
import { Code, StatusError, unknown } from '../../../status/index.ts';
import { MemoryLogger } from '../../../telemetry/testing/memory-logger.ts';
import { ByteBudget } from '../../../util/index.ts';
import { Refusals } from '../../refusals.ts';
import type { GrpcCall } from '../exchange.ts';
import { encodeFrame } from '../frame.ts';
import { createGrpcHandler } from '../handler.ts';
import { HealthService } from '../health.ts';
import { FakeSink } from '../testing/fake-sink.ts';
import { type ModelReload, modelService } from './index.ts';

/** A reload that takes until `finish`, and keeps the rules of `ModelReload` when nobody waits. */
class SlowReload implements ModelReload {
  readonly configs: ModelServerConfig[] = [];
  readonly finished = Promise.withResolvers<void>();
  isApplied = false;

  async reload(config: ModelServerConfig, signal: AbortSignal): Promise<void> {
    this.configs.push(config);
    const applied = this.finished.promise.then(() => {
      this.isApplied = true;
    });
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    await Promise.race([applied, promise]);
  }
}

/** A reload that is over at once. */
class InstantReload implements ModelReload {
  readonly configs: ModelServerConfig[] = [];
  readonly #outcome: () => void;

  constructor(outcome: () => void = () => {}) {
    this.#outcome = outcome;
  }

  async reload(config: ModelServerConfig): Promise<void> {
    this.configs.push(config);
    this.#outcome();
  }
}

const context = {
  lookup: new FakeLookup(
    'm',
    new FakeModel(signatureSpec({ inputs: [], outputs: [] })),
    new Uint8Array(),
  ),
  checkShapes: true,
};

type RequestInit = MessageInitShape<typeof ReloadConfigRequestSchema>;

const serialized = (init: RequestInit): Uint8Array =>
  toBinary(ReloadConfigRequestSchema, create(ReloadConfigRequestSchema, init));

/** The config that lists these models. */
const listOf = (...names: string[]) => ({
  config: { case: 'modelConfigList' as const, value: { config: names.map((name) => ({ name })) } },
});

async function call(
  reload: ModelReload,
  message: Uint8Array,
  metricValue: (name: string) => bigint | null = () => null,
) {
  const method = modelService(context, { reload, metricValue }).methods.HandleReloadConfigRequest!;
  assert.ok(method.kind === 'unary');
  const reply = await method.handle(message, {
    metadata: {},
    deadline: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    requestId: 'r',
    reserve: () => {},
  });
  return fromBinary(ReloadConfigResponseSchema, reply);
}

test('a list replaces the config, and the answer is OK', async () => {
  const reload = new InstantReload();
  const reply = await call(reload, serialized({ config: listOf('a', 'b') }));
  assert.deepEqual(reply, create(ReloadConfigResponseSchema, { status: {} }));
  assert.equal(reload.configs.length, 1);
  const { config } = reload.configs[0]!;
  assert.ok(config.case === 'modelConfigList');
  assert.deepEqual(
    config.value.config.map(({ name }) => name),
    ['a', 'b'],
  );
});

test('an empty list is a list: it reaches the reload', async () => {
  const reload = new InstantReload();
  await call(reload, serialized({ config: listOf() }));
  const { config } = reload.configs[0]!;
  assert.ok(config.case === 'modelConfigList');
  assert.deepEqual(config.value.config, []);
});

test('what is no list is refused before anything is done', async () => {
  for (const init of [
    {},
    { config: {} },
    { config: { config: { case: 'customModelConfig' as const, value: { typeUrl: 'x' } } } },
  ]) {
    const reload = new InstantReload();
    await assert.rejects(call(reload, serialized(init)), {
      code: Code.INVALID_ARGUMENT,
      message:
        'ServerModelConfig type not supported by HandleReloadConfigRequest. Only ModelConfigList is currently supported',
    });
    assert.deepEqual(reload.configs, []);
  }
});

test('bytes that are no request are refused', async () => {
  const reload = new InstantReload();
  await assert.rejects(call(reload, Uint8Array.of(0x0a, 9)), {
    code: Code.INVALID_ARGUMENT,
    message: 'The message is not a tensorflow.serving.ReloadConfigRequest',
  });
  assert.deepEqual(reload.configs, []);
});

test('a reload that fails is the status of the call', async () => {
  const text =
    '1 model(s) did not become available: {{{name: a version: 1} due to error: NOT_FOUND: gone}, }';
  const failure = unknown(text);
  const reload = new InstantReload(() => {
    throw failure;
  });
  await assert.rejects(
    call(reload, serialized({ config: listOf('a'), metricNames: ['/m'] })),
    (error) => error === failure,
  );
});

test('named metrics are answered once each with what they gained', async () => {
  const values = new Map<string, bigint>([
    ['/grows', 5n],
    ['/stays', 7n],
    ['/falls', 9n],
  ]);
  const reload = new InstantReload(() => {
    values
      .set('/grows', 2n ** 53n + 6n)
      .set('/falls', 2n)
      .set('/appears', 3n);
  });
  const metricNames = ['/grows', '/stays', '/grows', '/falls', '/appears', '/unknown', ''];
  const reply = await call(
    reload,
    serialized({ config: listOf('a'), metricNames }),
    (name) => values.get(name) ?? null,
  );
  assert.deepEqual(
    new Map(reply.metric.map(({ name, valueIncrease }) => [name, valueIncrease])),
    new Map(
      [
        { name: '/grows', value: 2n ** 53n + 1n },
        { name: '/stays', value: 0n },
        { name: '/falls', value: -7n },
        { name: '/appears', value: 3n },
        { name: '/unknown', value: 0n },
        { name: '', value: 0n },
      ].map(({ name, value }) => [name, { case: 'int64ValueIncrease', value }]),
    ),
  );
  assert.equal(reply.metric.length, 6);
});

/** A whole call over the gRPC layer, its request sent. */
function open(reload: ModelReload, timeout?: string) {
  const budget = new ByteBudget(1e6);
  const logger = new MemoryLogger();
  const handler = createGrpcHandler({
    services: [modelService(context, { reload, metricValue: () => null })],
    health: new HealthService(),
    logger,
    budget,
    refusals: new Refusals(),
  });
  const sink = new FakeSink();
  const path = '/tensorflow.serving.ModelService/HandleReloadConfigRequest';
  const headers = {
    'content-type': 'application/grpc',
    ...(timeout === undefined ? {} : { 'grpc-timeout': timeout }),
  };
  const opened: GrpcCall = handler.open({ method: 'POST', path, headers }, sink);
  opened.receive(encodeFrame(serialized({ config: listOf('a') }), false));
  opened.halfClose();
  return { call: opened, sink, budget, logger };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test('a client that cancels ends the wait, not the reload', async () => {
  const reload = new SlowReload();
  const { call: cancelled, sink, budget, logger } = open(reload);
  assert.equal(reload.configs.length, 1);
  assert.ok(budget.used > 0);
  cancelled.cancel();
  await until(() => budget.used === 0);
  assert.equal(sink.trailers, null);
  assert.equal(reload.isApplied, false);
  reload.finished.resolve();
  await until(() => reload.isApplied);
  assert.deepEqual(sink.messages, []);
  assert.deepEqual(logger.messages('error'), []);
});

test('a deadline answers the client at once and leaves the reload alone', async () => {
  const reload = new SlowReload();
  const { sink, budget } = open(reload, '20m');
  await until(() => sink.trailers !== null && budget.used === 0);
  assert.equal(sink.trailers!['grpc-status'], String(Code.DEADLINE_EXCEEDED));
  reload.finished.resolve();
  await until(() => reload.isApplied);
});

test('a call whose reload ends is answered with the message', async () => {
  const reload = new SlowReload();
  const { sink } = open(reload);
  reload.finished.resolve();
  await until(() => sink.trailers !== null);
  assert.equal(sink.trailers!['grpc-status'], String(Code.OK));
  assert.equal(sink.messages.length, 1);
});

test('the wait ends with the reason that the call ended with', async () => {
  let reason: unknown;
  const { call: cancelled } = open({
    async reload(_config, signal) {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      await new Promise(() => {});
    },
  });
  cancelled.cancel();
  assert.ok(reason instanceof StatusError);
  assert.equal(reason.toString(), 'CANCELLED: Cancelled');
});
