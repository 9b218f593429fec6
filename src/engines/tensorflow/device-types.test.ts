import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import { ConfigProtoSchema } from '../../proto/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { openTestEngine } from '../testing/tensorflow.ts';
import { warnWithoutGpu } from './device-types.ts';

const settings = ['--a', '--b'];
const warnings = ['--a', '--b'].map((name) => `${name} has no effect: TensorFlow finds no GPU.`);

test('settings for GPUs are warned of where sessions have none', async () => {
  const logger = new MemoryLogger();
  const noGpu = create(ConfigProtoSchema, { deviceCount: { GPU: 0 } });
  const sessionConfig = toBinary(ConfigProtoSchema, noGpu);
  const engine = await openTestEngine({ sessionConfig, gpuSettings: settings, logger });
  assert.deepEqual(logger.messages('warn'), warnings);
  await engine.close();
});

test('nothing is said where there is a GPU', () => {
  const logger = new MemoryLogger();
  warnWithoutGpu(new Set(['CPU', 'GPU']), settings, logger);
  assert.deepEqual(logger.entries, []);
});
