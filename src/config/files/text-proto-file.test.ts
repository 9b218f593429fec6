import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { create } from '@bufbuild/protobuf';
import {
  BatchingParametersSchema,
  ModelServerConfigSchema,
  MonitoringConfigSchema,
  PlatformConfigMapSchema,
} from '../../proto/index.ts';
import { Code, StatusError } from '../../status/index.ts';
import { readTextProtoFile } from './text-proto-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-text-proto-'));
after(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const written = path.join(folder, 'config.txt');
  writeFileSync(written, text);
  return written;
}

describe('readTextProtoFile', () => {
  it('reads a message', async () => {
    assert.deepEqual(
      await readTextProtoFile(
        MonitoringConfigSchema,
        file('prometheus_config { enable: true path: "/metrics" }'),
      ),
      create(MonitoringConfigSchema, { prometheusConfig: { enable: true, path: '/metrics' } }),
    );
    assert.deepEqual(
      await readTextProtoFile(MonitoringConfigSchema, file('')),
      create(MonitoringConfigSchema),
    );
  });

  it('knows the types that an Any may hold', async () => {
    const map = await readTextProtoFile(
      PlatformConfigMapSchema,
      file(`platform_configs { key: "tensorflow" value { source_adapter_config {
        [type.googleapis.com/tensorflow.serving.SavedModelBundleSourceAdapterConfig] { } } } }`),
    );
    assert.equal(
      map.platformConfigs.tensorflow?.sourceAdapterConfig?.typeUrl,
      'type.googleapis.com/tensorflow.serving.SavedModelBundleSourceAdapterConfig',
    );
  });

  it('says which file is missing, in the words of the system', async () => {
    const missing = path.join(folder, 'missing');
    await assert.rejects(readTextProtoFile(ModelServerConfigSchema, missing), {
      code: Code.NOT_FOUND,
      message: `${missing}; No such file or directory`,
    });
    await assert.rejects(readTextProtoFile(ModelServerConfigSchema, folder), {
      code: Code.FAILED_PRECONDITION,
      message: `${folder}; Is a directory`,
    });
  });

  it('says which file is invalid, and keeps where and why as the cause', async () => {
    const invalid = file('model_config_list {\n  confg { }\n}');
    await assert.rejects(readTextProtoFile(ModelServerConfigSchema, invalid), (error) => {
      assert.ok(error instanceof StatusError);
      assert.equal(error.toString(), `INVALID_ARGUMENT: Invalid protobuf file: '${invalid}'`);
      assert.ok(error.cause instanceof StatusError);
      assert.equal(
        error.cause.message,
        'Error parsing text-format tensorflow.serving.ModelServerConfig: 2:3: Message type "tensorflow.serving.ModelConfigList" has no field named "confg". Did you mean "config"?',
      );
      return true;
    });
  });

  it('accepts and refuses what TensorFlow Serving does', async () => {
    const zoo = fileURLToPath(new URL('../../../test/zoo/tfserving', import.meta.url));
    const good = await readTextProtoFile(ModelServerConfigSchema, `${zoo}/good_model_config.txt`);
    assert.equal(good.config.case, 'modelConfigList');
    const bad = `${zoo}/bad_model_config.txt`;
    await assert.rejects(readTextProtoFile(ModelServerConfigSchema, bad), {
      message: `Invalid protobuf file: '${bad}'`,
    });
    const batching = await readTextProtoFile(
      BatchingParametersSchema,
      `${zoo}/batching_config.txt`,
    );
    assert.equal(batching.maxBatchSize, 128n);
  });
});
