import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { create, fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { LoggingConfigSchema, LogMetadataSchema } from '../proto/index.ts';
import { Code } from '../status/index.ts';
import { LoggerNumbers, planLogs } from './log-rules.ts';

type Sampling = MessageInitShape<typeof LoggingConfigSchema>['samplingConfig'];

const logged = (name: string, samplingConfig: Sampling, type = 'tfrecord', prefix = '/logs/a') => ({
  name,
  loggingConfig: create(LoggingConfigSchema, {
    logCollectorConfig: { type, filenamePrefix: prefix },
    ...(samplingConfig !== undefined && { samplingConfig }),
  }),
});

const place = { dc: 'eu', taskIndex: 2, tags: ['serve'] };

describe('planLogs', () => {
  test('models without a configuration or with rate 0 have no rules', () => {
    const models = [
      { name: 'a', loggingConfig: null },
      logged('b', undefined),
      logged('c', { samplingRate: 0 }),
      logged('d', { samplingRate: Number.NaN }),
    ];
    assert.deepEqual(planLogs(models, place, new LoggerNumbers()), {
      rules: [],
      loggers: [],
      warnings: [],
    });
  });

  test('says which fields have no effect', () => {
    const model = logged('m', { samplingRate: 0.5, attributes: 3 });
    model.loggingConfig.customLoggingConfig = create(AnySchema, { typeUrl: 'x/y' });
    const { rules, warnings } = planLogs([model], place, new LoggerNumbers());
    assert.equal(rules.length, 1);
    assert.deepEqual(
      warnings.map((line) => line.replace(/:.*/, '')),
      [
        'custom_logging_config of model m has no effect',
        'attributes of the sampling_config of model m have no effect',
      ],
    );
  });

  test('models with equal configurations share a logger, which keeps its number', () => {
    const numbers = new LoggerNumbers();
    const rate = { samplingRate: 0.5 };
    const first = planLogs(
      [logged('a', rate), logged('b', rate), logged('c', rate, 'jsonl')],
      place,
      numbers,
    );
    assert.deepEqual(
      first.rules.map(({ model, logger, rate: share }) => [model, logger, share]),
      [
        ['a', 0, 0.5],
        ['b', 0, 0.5],
        ['c', 1, 0.5],
      ],
    );
    assert.deepEqual(first.loggers, [
      { logger: 0, type: 'tfrecord', filenamePrefix: '/logs/a' },
      { logger: 1, type: 'jsonl', filenamePrefix: '/logs/a' },
    ]);
    const later = planLogs([logged('c', rate, 'jsonl'), logged('x', rate)], place, numbers);
    assert.deepEqual(
      later.rules.map(({ logger }) => logger),
      [1, 0],
    );
  });

  test('the first configuration for this task replaces the rate', () => {
    const rateOf = (tasks: NonNullable<Sampling>['perTaskSamplingConfigs'], where = place) => {
      const models = [logged('m', { samplingRate: 0.1, perTaskSamplingConfigs: tasks ?? [] })];
      return planLogs(models, where, new LoggerNumbers()).rules[0]?.rate;
    };
    assert.equal(rateOf([]), 0.1);
    assert.equal(rateOf([{ dc: 'us', samplingRate: 1 }]), 0.1);
    assert.equal(rateOf([{ dc: 'eu', taskIndex: 1, samplingRate: 1 }]), 0.1);
    assert.equal(rateOf([{ dc: 'eu', taskIndex: 2, samplingRate: 0.2 }, { samplingRate: 1 }]), 0.2);
    assert.equal(rateOf([{ taskIndex: 2, samplingRate: 0.3 }]), 0.3);
    assert.equal(rateOf([{ samplingRate: 0 }]), undefined);
    assert.equal(rateOf([{ taskIndex: 0, samplingRate: 1 }], { ...place, taskIndex: -1 }), 0.1);
  });

  test('what is always the same of the metadata is made once', () => {
    const { rules } = planLogs([logged('m', { samplingRate: 1 })], place, new LoggerNumbers());
    const { dc, savedModelTags, samplingConfig } = fromBinary(
      LogMetadataSchema,
      rules[0]!.metadata,
    );
    assert.deepEqual([dc, savedModelTags, samplingConfig?.samplingRate], ['eu', ['serve'], 1]);
  });

  test('a collector that there is not, and one that does not know where to write', () => {
    const plan = (type: string, prefix: string) =>
      planLogs([logged('m', { samplingRate: 0 }, type, prefix)], place, new LoggerNumbers());
    for (const type of ['', 'file', 'toString']) {
      assert.throws(() => plan(type, '/x'), {
        code: Code.NOT_FOUND,
        message: `Cannot find LogCollector::Factory for type: ${type}`,
      });
    }
    assert.throws(() => plan('jsonl', ''), {
      code: Code.INVALID_ARGUMENT,
      message:
        'The log_collector_config of model m has no filename_prefix: where to write is not known',
    });
  });
});
