import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fromBinary, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { createServer, type Serval } from '../../src/index.ts';
import {
  ClassificationRequestSchema,
  ClassificationResponseSchema,
  type ExampleList,
  type Input,
  type InputSchema,
  MultiInferenceRequestSchema,
  MultiInferenceResponseSchema,
  PredictionLogSchema,
} from '../../src/proto/index.ts';
import { Code } from '../../src/status/index.ts';
import { MemoryLogger } from '../../src/telemetry/testing/memory-logger.ts';
import { readTfRecords } from '../../src/tfrecord/index.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatVectorRequest } from '../support/predict-messages.ts';
import { RestClient } from '../support/rest-client.ts';
import { zoo } from '../support/server.ts';

const halfPlusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');

let folder: string;
let logs: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'serval-request-log-'));
  logs = path.join(folder, 'logs');
});
afterEach(() => rm(folder, { recursive: true }));

/** Finished files, by name. */
const finished = async () =>
  (await readdir(logs).catch(() => [])).filter((name) => !name.startsWith('.')).sort();

type Log = MessageShape<typeof PredictionLogSchema>;

async function recordsOf(name: string): Promise<Log[]> {
  const records: Log[] = [];
  const options = { maxRecordBytes: 2 ** 24, onCutHeader: () => assert.fail('cut') };
  for await (const record of readTfRecords(path.join(logs, name), options)) {
    records.push(fromBinary(PredictionLogSchema, record));
  }
  return records;
}

async function allRecords(): Promise<Log[]> {
  return (await Promise.all((await finished()).map(recordsOf))).flat();
}

/** One model of a configuration, with what is logged of it as text-proto; empty: nothing. */
const model = (name: string, logging: string, base = halfPlusTwo) =>
  `config { name: "${name}" base_path: "${base}" model_platform: "tensorflow" ${logging} }`;

const logging = (rate: number, type = 'tfrecord', prefix = path.join(logs, 'requests')) =>
  `logging_config {
     log_collector_config { type: "${type}" filename_prefix: "${prefix}" }
     sampling_config { sampling_rate: ${rate} }
   }`;

interface Running extends AsyncDisposable {
  readonly serval: Serval;
  readonly rest: RestClient;
  readonly grpc: GrpcClient;
  readonly logger: MemoryLogger;
  reload(...models: readonly string[]): Promise<void>;
}

async function start(dataThreads: number, ...models: readonly string[]): Promise<Running> {
  const file = path.join(folder, 'models.config');
  await writeFile(file, `model_config_list { ${models.join('\n')} }`);
  const logger = new MemoryLogger();
  const serval = createServer({
    modelConfigFile: file,
    port: 'ephemeral',
    restApiPort: 'ephemeral',
    dataThreads,
    logger,
  });
  await serval.start();
  const rest = new RestClient(`http://127.0.0.1:${serval.addresses.rest?.port}`);
  const grpc = new GrpcClient(`127.0.0.1:${serval.addresses.grpc?.port}`);
  return {
    ...{ serval, rest, grpc, logger },
    reload: (...next) => serval.reloadConfig(`model_config_list { ${next.join('\n')} }`),
    async [Symbol.asyncDispose]() {
      rest.close();
      grpc.close();
      await serval.stop();
    },
  };
}

const predict = (rest: RestClient, name: string, ...instances: readonly number[]) =>
  rest.post(`/v1/models/${name}:predict`, { instances });

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}

/** A file system of its own that is full after 64 KiB. */
class SmallDisk implements Disposable {
  readonly #folder: string;
  readonly #filler: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#filler = path.join(folder, 'filler');
  }

  /** @returns null where this process may not mount one */
  static mount(folder: string): SmallDisk | null {
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    return status === 0 ? new SmallDisk(folder) : null;
  }

  fill(): void {
    assert.throws(() => writeFileSync(this.#filler, Buffer.alloc(1 << 20)), { code: 'ENOSPC' });
  }

  clear(): void {
    rmSync(this.#filler);
  }

  [Symbol.dispose](): void {
    spawnSync('umount', ['-l', this.#folder]);
  }
}

for (const threads of [1, 2]) {
  describe(`request logging on ${threads} data threads`, () => {
    test('what succeeded over both protocols is there when the server has stopped, and warms a version up', async () => {
      {
        await using server = await start(threads, model('m', logging(1)), model('other', ''));
        for (const x of [1, 2]) {
          await server.grpc.predict(floatVectorRequest('m', [x, 10]));
          assert.equal((await predict(server.rest, 'm', x)).status, 200);
          await server.grpc.predict(floatVectorRequest('other', [x]));
          assert.equal((await predict(server.rest, 'other', x)).status, 200);
        }
        assert.equal(
          (await server.rest.post('/v1/models/m:predict', { instances: ['x'] })).status,
          400,
        );
        await assert.rejects(server.grpc.predict(floatVectorRequest('m', [1], 99n)));
      }
      const names = await finished();
      assert.equal(names.length, 1, 'all threads write one file');
      assert.match(names[0]!, /^requests-\d{8}T\d{9}Z-\d+-1\.tfrecord$/);
      assert.deepEqual(await readdir(logs), names, 'nothing unfinished is left');
      const records = await recordsOf(names[0]!);
      assert.equal(records.length, 4);
      const seen = records.map(({ logMetadata, logType }) => {
        assert.equal(logMetadata?.modelSpec?.name, 'm');
        assert.equal(logMetadata.modelSpec.signatureName, 'serving_default');
        assert.deepEqual(logMetadata.modelSpec.versionChoice.case, 'version');
        assert.equal(
          String((logMetadata.modelSpec.versionChoice.value as { value: bigint }).value),
          '123',
        );
        assert.deepEqual(logMetadata.savedModelTags, ['serve']);
        assert.equal(logMetadata.samplingConfig?.samplingRate, 1);
        assert.ok(Math.abs(Number(logMetadata.timestampSecs) - Date.now() / 1000) < 600);
        assert.equal(logType.case, 'predictLog');
        const { request, response } = logType.value as never as {
          request: { modelSpec: { name: string }; inputs: Record<string, never> };
          response: { outputs: Record<string, { floatVal: number[] }> };
        };
        assert.equal(request.modelSpec.name, 'm');
        assert.deepEqual(Object.keys(request.inputs), ['x']);
        return response.outputs.y!.floatVal;
      });
      assert.deepEqual(
        seen.map(String).sort(),
        ['2.5', '2.5,7', '3', '3,7'],
        'the answers that clients got',
      );

      const base = path.join(folder, 'warm');
      const extra = path.join(base, '7/assets.extra');
      await cp(path.join(halfPlusTwo, '00000123'), path.join(base, '7'), { recursive: true });
      await mkdir(extra, { recursive: true });
      await cp(path.join(logs, names[0]!), path.join(extra, 'tf_serving_warmup_requests'));
      await using warm = await start(threads, model('m', '', base));
      assert.ok(
        warm.logger.messages().some((line) => line.startsWith('Replayed 4 warmup records')),
        warm.logger.messages().join('\n'),
      );
    });

    test('calls on Examples, over both protocols, are logged as what they are', async () => {
      {
        await using server = await start(threads, model('m', logging(1)));
        const service = '/tensorflow.serving.PredictionService';
        const modelSpec = { name: 'm', signatureName: 'classify_x_to_y' };
        const feature = { x: { kind: { case: 'floatList', value: { value: [3.5] } } } } as const;
        const input: MessageInitShape<typeof InputSchema> = {
          kind: { case: 'exampleList', value: { examples: [{ features: { feature } }] } as never },
        };
        await server.grpc.call(
          `${service}/Classify`,
          ClassificationRequestSchema,
          ClassificationResponseSchema,
          { modelSpec, input },
        );
        await server.grpc.call(
          `${service}/MultiInference`,
          MultiInferenceRequestSchema,
          MultiInferenceResponseSchema,
          { tasks: [{ modelSpec, methodName: 'tensorflow/serving/classify' }], input },
        );
        for (const [method, signature] of [
          ['classify', 'classify_x_to_y'],
          ['regress', 'regress_x_to_y'],
        ]) {
          const body = { signature_name: signature, examples: [{ x: 3.5 }] };
          const answer = await server.rest.post(`/v1/models/m:${method}`, body);
          assert.equal(answer.status, 200, answer.body.toString());
        }
      }
      const records = await allRecords();
      const kinds = records.map(({ logType }) => logType.case).sort();
      assert.deepEqual(kinds, ['classifyLog', 'classifyLog', 'multiInferenceLog', 'regressLog']);
      for (const { logMetadata, logType } of records) {
        assert.equal(logMetadata?.modelSpec?.name, 'm');
        assert.match(logMetadata.modelSpec.signatureName, /_x_to_y$/);
        const { request } = logType.value as { readonly request: { readonly input: Input } };
        assert.equal(request.input.kind.case, 'exampleList');
        const { examples } = request.input.kind.value as ExampleList;
        assert.deepEqual(examples[0]?.features?.feature.x?.kind.value, {
          $typeName: 'tensorflow.FloatList',
          value: [3.5],
        });
      }
    });

    test('a reload changes what is logged, at once and without a restart', async () => {
      await using server = await start(threads, model('m', logging(0)));
      await predict(server.rest, 'm', 1);
      assert.deepEqual(await finished(), []);
      await server.reload(model('m', logging(1)));
      // Threads hear of it in the order of their messages, and are asked after it.
      await server.rest.get('/v1/models/m');
      await predict(server.rest, 'm', 2);
      await server.reload(model('m', ''));
      await until(async () => (await finished()).length === 1);
      await predict(server.rest, 'm', 3);
      await server.reload(model('m', logging(1, 'jsonl')));
      await server.rest.get('/v1/models/m');
      await predict(server.rest, 'm', 4);
      await server.serval.stop();
      const names = await finished();
      assert.equal(names.length, 2);
      const [json, binary] = names[0]!.endsWith('jsonl') ? names : names.toReversed();
      assert.equal((await recordsOf(binary!)).length, 1);
      const lines = (await readFile(path.join(logs, json!), 'utf8')).split('\n');
      assert.equal(lines.length, 2);
      assert.equal(lines[1], '');
      const log = JSON.parse(lines[0]!) as { predictLog: { response: { outputs: unknown } } };
      assert.deepEqual(log.predictLog.response.outputs, {
        y: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '1' }] }, floatVal: [4] },
      });
    });

    test('models with equal configurations share their files', async () => {
      {
        await using server = await start(
          threads,
          model('a', logging(1)),
          model('b', logging(1)),
          model('c', logging(1, 'tfrecord', path.join(logs, 'own'))),
        );
        for (const name of ['a', 'b', 'c']) await predict(server.rest, name, 1);
      }
      const names = await finished();
      assert.equal(names.length, 2);
      assert.match(names[0]!, /^own-/);
      assert.deepEqual(
        (await recordsOf(names[1]!)).map(({ logMetadata }) => logMetadata?.modelSpec?.name).sort(),
        ['a', 'b'],
      );
    });

    test('where files cannot be written, requests go on, and a line says so; then logs go on too', async () => {
      await writeFile(logs, 'a file where the folder should be');
      await using server = await start(threads, model('m', logging(1)));
      const errors = () => server.logger.messages('error');
      for (let i = 0; i < 3; i++) {
        assert.equal((await predict(server.rest, 'm', 1)).status, 200);
        await until(() => errors().length > 0);
      }
      assert.deepEqual(errors(), [
        `Requests cannot be logged to ${logs}/requests: they are served, and their records are lost`,
      ]);
      await rm(logs);
      await until(async () => {
        await predict(server.rest, 'm', 5);
        return server.logger.messages('info').some((line) => /again: \d+ records/.test(line));
      });
      await server.serval.stop();
      assert.ok((await allRecords()).length > 0);
    });

    test('a full disk costs records that are counted, no request, and no part of a file', async (t) => {
      await mkdir(logs);
      const disk = SmallDisk.mount(logs);
      if (disk === null) {
        t.skip('no file system can be mounted here');
        return;
      }
      using _ = disk;
      await using server = await start(threads, model('m', logging(1)));
      const counted = (code: string) => {
        const line = `request_log_count{model_name="m",status_code="${code}"} `;
        return Number(server.serval.metrics().split(line)[1]?.split('\n')[0] ?? 0);
      };
      let calls = 0;
      const call = async () => {
        assert.equal((await predict(server.rest, 'm', calls)).status, 200);
        calls += 1;
      };
      await call();
      await until(() => counted('OK') === 1);
      disk.fill();
      while (counted('RESOURCE_EXHAUSTED') === 0) await call();
      for (let i = 0; i < 50; i++) await call();
      disk.clear();
      await until(async () => {
        await call();
        return server.logger.messages('info').some((line) => /again: \d+ records/.test(line));
      });
      assert.equal(server.logger.messages('error').length, 1);
      await server.serval.stop();
      assert.equal((await allRecords()).length, counted('OK'));
      assert.equal(counted('OK') + counted('RESOURCE_EXHAUSTED'), calls);
    });

    test('a folder that vanishes is made again', async () => {
      await using server = await start(threads, model('m', logging(1)));
      await predict(server.rest, 'm', 1);
      await until(async () => (await readdir(logs).catch(() => [])).length === 1);
      await rm(logs, { recursive: true });
      await until(async () => {
        await predict(server.rest, 'm', 2);
        return (await readdir(logs).catch(() => [])).length > 0;
      });
      await server.serval.stop();
      assert.ok((await allRecords()).length > 0);
      assert.deepEqual(server.logger.messages('error'), []);
    });
  });
}

test('a collector that there is not fails the start, and a reload before it changes anything', async () => {
  const none = model('m', logging(1, 'kafka'));
  const error = {
    code: Code.NOT_FOUND,
    message: 'Cannot find LogCollector::Factory for type: kafka',
  };
  await assert.rejects(start(1, none), error);
  await using server = await start(1, model('m', logging(1)));
  await assert.rejects(server.reload(none, model('new', '')), error);
  assert.deepEqual(server.serval.modelNames(), ['m']);
  await predict(server.rest, 'm', 1);
  await server.serval.stop();
  assert.equal((await allRecords()).length, 1);
});
