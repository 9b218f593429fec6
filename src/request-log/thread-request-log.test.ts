import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { LogField } from '../inference/index.ts';
import {
  LogMetadataSchema,
  MultiInferenceRequestSchema,
  MultiInferenceResponseSchema,
  PredictionLogSchema,
  PredictRequestSchema,
  PredictResponseSchema,
} from '../proto/index.ts';
import { ByteChunks } from '../util/index.ts';
import { recordsOf } from './log-batch.ts';
import { LogQueue } from './log-queue.ts';
import type { LogRule } from './log-rules.ts';
import { type LogDelivery, ThreadRequestLog } from './thread-request-log.ts';

const version = { versionChoice: { case: 'version', value: { value: 3n } } } as const;
const request = toBinary(
  PredictRequestSchema,
  create(PredictRequestSchema, { modelSpec: { name: 'm' }, outputFilter: ['y'] }),
);
const response = toBinary(
  PredictResponseSchema,
  create(PredictResponseSchema, {
    outputs: { y: { stringVal: [Buffer.alloc(300)] } },
    modelSpec: { name: 'm', signatureName: 's', ...version },
  }),
);
const metadata = toBinary(
  LogMetadataSchema,
  create(LogMetadataSchema, { dc: 'eu', savedModelTags: ['serve'] }),
);

function setUp(limits = { bytes: 1e6, records: 1000 }) {
  const deliveries: LogDelivery[] = [];
  const log = new ThreadRequestLog((delivery) => deliveries.push(delivery));
  const queue = LogQueue.create(limits);
  const rule = (model: string, rate = 1): LogRule => ({ model, logger: 7, rate, metadata });
  return { log, deliveries, queue, rule, waiting: new LogQueue(queue) };
}

const logsOf = (deliveries: readonly LogDelivery[]) =>
  deliveries.flatMap(({ batches }) =>
    batches.flatMap((batch) =>
      [...recordsOf(batch)].map((record) => fromBinary(PredictionLogSchema, record)),
    ),
  );

describe('ThreadRequestLog', () => {
  test('is not active until a rule says so, nor once none does', () => {
    const { log, queue, rule } = setUp();
    assert.equal(log.isActive, false);
    log.follow({ rules: [rule('m')], queue });
    assert.equal(log.isActive, true);
    assert.equal(log.sample('other'), null);
    log.follow({ rules: [], queue });
    assert.equal(log.isActive, false);
    assert.equal(log.sample('m'), null);
  });

  test('makes PredictionLogs of what it is given, in one piece or in chunks', () => {
    const { log, deliveries, queue, rule, waiting } = setUp();
    log.follow({ rules: [rule('m')], queue });
    for (const bytes of [request, new ByteChunks([request.subarray(0, 2), request.subarray(2)])]) {
      log.sample('m')!.add(LogField.PREDICT, bytes, response);
    }
    log.flush();
    assert.equal(waiting.waiting.records, 2);
    const logs = logsOf(deliveries);
    assert.equal(logs.length, 2);
    for (const { logMetadata, logType } of logs) {
      const { timestampSecs, ...rest } = logMetadata!;
      assert.ok(timestampSecs > 1_700_000_000n);
      const expected = create(LogMetadataSchema, {
        modelSpec: { name: 'm', signatureName: 's', ...version },
        savedModelTags: ['serve'],
        dc: 'eu',
      });
      assert.deepEqual({ ...rest, timestampSecs: 0n }, { ...expected });
      assert.ok(logType.case === 'predictLog');
      assert.deepEqual(
        Buffer.from(toBinary(PredictRequestSchema, logType.value.request!)),
        Buffer.from(request),
      );
      assert.deepEqual(
        Buffer.from(toBinary(PredictResponseSchema, logType.value.response!)),
        Buffer.from(response),
      );
    }
  });

  test('tells of a MultiInference what its first task was served by', () => {
    const { log, deliveries, queue, rule } = setUp();
    log.follow({ rules: [rule('m')], queue });
    const served = { name: 'm', signatureName: 'first', ...version };
    log
      .sample('m')!
      .add(
        LogField.MULTI_INFERENCE,
        toBinary(MultiInferenceRequestSchema, create(MultiInferenceRequestSchema)),
        toBinary(
          MultiInferenceResponseSchema,
          create(MultiInferenceResponseSchema, { results: [{ modelSpec: served }] }),
        ),
      );
    log.flush();
    const [only] = logsOf(deliveries);
    assert.equal(only?.logType.case, 'multiInferenceLog');
    assert.equal(only.logMetadata?.modelSpec?.signatureName, 'first');
  });

  test('samples about the share that it is told', () => {
    const { log, queue, rule } = setUp();
    log.follow({ rules: [rule('m', 0.25)], queue });
    let chosen = 0;
    for (let i = 0; i < 10_000; i++) if (log.sample('m') !== null) chosen++;
    // Eleven standard deviations.
    assert.ok(chosen > 2000 && chosen < 3000, `${chosen}`);
  });

  test('drops and counts what has no room, and takes more once there is', () => {
    const { log, deliveries, queue, rule, waiting } = setUp({ bytes: 2000, records: 1000 });
    log.follow({ rules: [rule('m')], queue });
    for (let i = 0; i < 10; i++) log.sample('m')?.add(LogField.PREDICT, request, response);
    log.flush();
    const kept = logsOf(deliveries).length;
    assert.ok(kept > 0 && kept < 10);
    assert.deepEqual(
      deliveries.flatMap(({ counts }) => counts),
      [['m', 'RESOURCE_EXHAUSTED', 10 - kept]],
    );
    const { bytes, records } = waiting.waiting;
    assert.ok(bytes <= 2000);
    waiting.remove(bytes, records);
    log.sample('m')!.add(LogField.PREDICT, request, response);
    log.flush();
    assert.equal(logsOf(deliveries).length, kept + 1);
  });

  test('is limited by records too, before anything is made of a request', () => {
    const { log, deliveries, queue, rule } = setUp({ bytes: 1e6, records: 1 });
    log.follow({ rules: [rule('m')], queue });
    log.sample('m')!.add(LogField.PREDICT, request, response);
    assert.equal(log.sample('m'), null);
    log.flush();
    assert.deepEqual(deliveries[0]?.counts, [['m', 'RESOURCE_EXHAUSTED', 1]]);
  });

  test('a record larger than a batch has one of its own', () => {
    const { log, deliveries, queue, rule } = setUp();
    log.follow({ rules: [rule('m')], queue });
    const large = Buffer.concat([
      response,
      toBinary(
        PredictResponseSchema,
        create(PredictResponseSchema, { outputs: { z: { stringVal: [Buffer.alloc(100_000)] } } }),
      ),
    ]);
    for (const reply of [response, large, response]) {
      log.sample('m')!.add(LogField.PREDICT, request, reply);
    }
    log.flush();
    assert.equal(deliveries[0]?.batches.length, 3);
    assert.equal(logsOf(deliveries).length, 3);
  });

  test('what was sampled before the rules changed is delivered all the same', () => {
    const { log, deliveries, queue, rule } = setUp();
    log.follow({ rules: [rule('m')], queue });
    const sample = log.sample('m')!;
    log.follow({ rules: [], queue });
    sample.add(LogField.PREDICT, request, response);
    log.flush();
    assert.equal(logsOf(deliveries).length, 1);
  });

  test('a reply that is no message costs a record, and nothing else', () => {
    const { log, deliveries, queue, rule } = setUp();
    log.follow({ rules: [rule('m')], queue });
    log.sample('m')!.add(LogField.PREDICT, request, Buffer.of(0xff));
    log.flush();
    assert.deepEqual(logsOf(deliveries), []);
    assert.equal(deliveries[0]?.counts.length, 1);
  });
});
