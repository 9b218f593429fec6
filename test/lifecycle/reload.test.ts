import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { ServiceError } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import {
  type ModelConfigSchema,
  ModelServerConfigSchema,
  ReloadConfigRequestSchema,
  ReloadConfigResponseSchema,
} from '../../src/proto/index.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfigText, type ServerProcess, startServer, zoo } from '../support/server.ts';
import {
  servesOnly,
  VersionsFolder,
  versionStatuses,
  versionsUntil,
} from '../support/versions-folder.ts';

const moves = process.env.SERVAL_EXHAUSTIVE === undefined ? 300 : 10_000;
const readers = 8;

const plusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu/00000123');
const plusThree = path.join(zoo, 'tfserving/saved_model_half_plus_three/00000123');

type ModelInit = MessageInitShape<typeof ModelConfigSchema>;

/** Replaces the configuration by these models, by RPC. @throws ServiceError */
async function reload(grpc: GrpcClient, config: readonly ModelInit[], metricNames: string[] = []) {
  return await grpc.call(
    '/tensorflow.serving.ModelService/HandleReloadConfigRequest',
    ReloadConfigRequestSchema,
    ReloadConfigResponseSchema,
    {
      config: { config: { case: 'modelConfigList', value: { config: [...config] } } },
      metricNames,
    },
  );
}

const failsWith = (code: number, text: string | RegExp) => (error: ServiceError) => {
  assert.equal(error.code, code, error.message);
  if (typeof text === 'string') assert.equal(error.details, text);
  else assert.match(error.details, text);
  return true;
};

describe('HandleReloadConfigRequest', () => {
  let folder: VersionsFolder;
  let server: ServerProcess;
  let grpc: GrpcClient;
  let rest: RestClient;

  before(async () => {
    folder = await VersionsFolder.create();
    for (const version of [1, 3]) await folder.put('a', version, plusTwo);
    await folder.put('a', 2, plusThree);
    await folder.put('b', 1, plusTwo);
    await folder.put('broken', 1, path.join(zoo, 'broken/wrong_tags/1'));
    const file = path.join(folder.path, 'models.config');
    await writeFile(
      file,
      modelConfigText([{ name: 'a', base: folder.base('a'), policy: 'all {}' }]),
    );
    server = await startServer({ flags: [`--model_config_file=${file}`] });
    grpc = new GrpcClient(server.grpc);
    rest = new RestClient(server.rest);
    await versionsUntil(
      rest,
      'a',
      (all) => all.filter(({ state }) => state === 'AVAILABLE').length === 3,
    );
  });

  after(async () => {
    grpc?.close();
    rest?.close();
    await server?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  const model = (name: string, more: Partial<ModelInit> = {}): ModelInit =>
    ({ name, basePath: folder.base(name), modelPlatform: 'tensorflow', ...more }) as ModelInit;
  const all = { policyChoice: { case: 'all', value: {} } } as const;
  const specific = (...versions: bigint[]) =>
    ({ policyChoice: { case: 'specific', value: { versions } } }) as const;
  const half = async (name: string, target: string, x: number) => {
    const answer = await rest.post(`/v1/models/${name}${target}:predict`, { instances: [x] });
    return answer.status === 200
      ? answer.json<{ predictions: number[] }>().predictions[0]
      : answer.json<{ error: string }>().error;
  };

  test('adds a model, waits until it is available, and leaves the others alone', async () => {
    const response = await reload(
      grpc,
      [model('a', { modelVersionPolicy: all }), model('b')],
      ['/tensorflow/serving/request_count', '/tensorflow/serving/request_count', 'nope'],
    );
    assert.equal(response.status?.errorCode, 0);
    assert.deepEqual(
      response.metric.map(({ name, valueIncrease }) => [name, valueIncrease.value]),
      [
        ['/tensorflow/serving/request_count', 0n],
        ['nope', 0n],
      ],
    );
    assert.equal(await half('b', '', 2), 3);
    assert.equal(await half('a', '/versions/2', 2), 4);
  });

  test('moves labels at once, also two that change places', async () => {
    const labelled = (stable: bigint, canary: bigint) => [
      model('a', { modelVersionPolicy: all, versionLabels: { stable, canary } }),
      model('b'),
    ];
    await reload(grpc, labelled(1n, 2n));
    assert.deepEqual(
      [await half('a', '/labels/stable', 2), await half('a', '/labels/canary', 2)],
      [3, 4],
    );
    await reload(grpc, labelled(2n, 1n));
    assert.deepEqual(
      [await half('a', '/labels/stable', 2), await half('a', '/labels/canary', 2)],
      [4, 3],
    );
  });

  test('a config that is wrong anywhere changes nothing', async () => {
    const before = server.output().length;
    const labels = { versionLabels: { stable: 9n } };
    await assert.rejects(
      reload(grpc, [model('a', { modelVersionPolicy: all, ...labels })]),
      failsWith(
        status.FAILED_PRECONDITION,
        'Request to assign label to version 9 of model a, which is not currently available for inference',
      ),
    );
    await assert.rejects(
      reload(grpc, [model('b'), model('b')]),
      failsWith(status.INVALID_ARGUMENT, 'Illegal to list model b multiple times in config list'),
    );
    await assert.rejects(
      reload(grpc, [model('a', { modelPlatform: 'hashmap' }), model('b')]),
      failsWith(
        status.INVALID_ARGUMENT,
        "Illegal to change a model's platform. For model a platform was tensorflow and new platform requested is hashmap",
      ),
    );
    await assert.rejects(
      reload(grpc, [model('c', { basePath: 'relative' })]),
      failsWith(
        status.INVALID_ARGUMENT,
        'Expected model c to have an absolute path or URI; got base_path()=relative',
      ),
    );
    assert.equal(await half('a', '/labels/stable', 2), 4);
    assert.equal(await half('b', '', 2), 3);
    assert.doesNotMatch(server.output().slice(before), /\(Re-\)adding/);
  });

  test('a new model that cannot be loaded fails the call, and the rest of the config holds', async () => {
    await assert.rejects(
      reload(grpc, [model('a', { modelVersionPolicy: specific(1n) }), model('broken')]),
      failsWith(
        status.UNKNOWN,
        /^1 model\(s\) did not become available: \{\{\{name: broken version: 1\} due to error: NOT_FOUND: Could not find meta graph def matching supplied tags: \{ serve \}/,
      ),
    );
    const [broken] = await versionStatuses(rest, 'broken');
    assert.equal(broken?.state, 'END');
    assert.match(broken?.status.error_message ?? '', /Could not find meta graph def/);
    await versionsUntil(rest, 'a', servesOnly(1));
    await versionsUntil(rest, 'b', (known) => known.every(({ state }) => state === 'END'));
    assert.equal(await half('b', '', 2), 'Servable not found for request: Latest(b)');
    assert.equal(
      await half('a', '/labels/stable', 2),
      'Unrecognized servable version label: stable',
    );
  });

  test('a policy that names other versions loads them and unloads the rest', async () => {
    await reload(grpc, [model('a', { modelVersionPolicy: specific(2n, 3n) })]);
    await versionsUntil(
      rest,
      'a',
      (known) =>
        known.map(({ version, state }) => `${version} ${state}`).join() ===
        '3 AVAILABLE,2 AVAILABLE,1 END',
    );
  });

  test('a model that comes back is waited for anew', async () => {
    await reload(grpc, [model('a', { modelVersionPolicy: all }), model('b')]);
    assert.equal(await half('b', '', 4), 4);
  });

  test('an empty list unloads everything', async () => {
    await reload(grpc, []);
    for (const name of ['a', 'b']) {
      await versionsUntil(rest, name, (known) => known.every(({ state }) => state === 'END'));
    }
    assert.equal(await half('a', '', 2), 'Servable not found for request: Latest(a)');
    await reload(grpc, [model('a', { modelVersionPolicy: all })]);
    assert.equal(await half('a', '', 2), 3);
  });

  test('a config without a list is refused', async () => {
    const request = create(ReloadConfigRequestSchema, { config: create(ModelServerConfigSchema) });
    await assert.rejects(
      grpc.call(
        '/tensorflow.serving.ModelService/HandleReloadConfigRequest',
        ReloadConfigRequestSchema,
        ReloadConfigResponseSchema,
        request,
      ),
      failsWith(
        status.INVALID_ARGUMENT,
        'ServerModelConfig type not supported by HandleReloadConfigRequest. Only ModelConfigList is currently supported',
      ),
    );
  });

  test(`${moves} label moves under ${readers} readers: every answer is of a config in force while it was asked`, async (t) => {
    await versionsUntil(
      rest,
      'a',
      (known) => known.filter(({ state }) => state === 'AVAILABLE').length === 3,
    );
    /** The labels of each config: both change with each. */
    const labelsOf = (round: number) => ({
      stable: BigInt(1 + (round % 3)),
      canary: BigInt(1 + ((round + 1) % 3)),
    });
    const apply = (round: number) =>
      reload(grpc, [model('a', { modelVersionPolicy: all, versionLabels: labelsOf(round) })]);
    await apply(0);
    /** The first config that may answer now, and the last. */
    let [oldest, newest] = [0, 0];
    let isOver = false;
    let answers = 0;
    const reader = async (index: number) => {
      const channel = new GrpcClient(server.grpc);
      const label = index % 2 === 0 ? 'stable' : 'canary';
      const { inputs = {} } = floatVectorRequest('a', [index]);
      while (!isOver) {
        const from = oldest;
        const reply = await channel.predict({
          inputs,
          modelSpec: { name: 'a', versionChoice: { case: 'versionLabel', value: label } },
        });
        const until = newest;
        const choice = reply.modelSpec?.versionChoice;
        const version = choice?.case === 'version' ? choice.value.value : null;
        const possible = new Set<bigint>();
        for (let round = from; round <= until; round++) possible.add(labelsOf(round)[label]);
        assert.ok(
          version !== null && possible.has(version),
          `${label} led to ${version}, not one of ${[...possible]}`,
        );
        const plus = version === 2n ? 3 : 2;
        assert.equal(floatOutput(reply, 'y')[0], index / 2 + plus);
        answers++;
      }
      channel.close();
    };
    const reading = Promise.all(Array.from({ length: readers }, (_, index) => reader(index)));
    const failed = reading.then(
      () => null,
      (error: unknown) => error,
    );
    for (let round = 1; round <= moves; round++) {
      newest = round;
      await apply(round);
      oldest = round;
    }
    isOver = true;
    assert.equal(await failed, null);
    assert.ok(answers > readers);
    t.diagnostic(`${answers} answers during ${moves} reloads`);
  });
});

describe('polling of the model config file', () => {
  test('what it says holds, what is wrong with it is said with line and column, and changes nothing', async () => {
    await using folder = await VersionsFolder.create();
    await folder.put('a', 1, plusTwo);
    const file = path.join(folder.path, 'models.config');
    const a = { name: 'a', base: folder.base('a') };
    await writeFile(file, modelConfigText([a]));
    await using server = await startServer({
      flags: [`--model_config_file=${file}`, '--model_config_file_poll_wait_seconds=1'],
    });
    const rest = new RestClient(server.rest);
    try {
      await writeFile(file, 'model_config_list {\n  config { name: "a" base_pth: "/m" }\n}\n');
      const [, line] = await server.logged(
        /(Failed to read ModelServerConfig file: Invalid protobuf file: .*)/,
      );
      assert.ok(line?.includes(file));
      await server.logged(/2:\d+: .*base_pth/);
      assert.equal((await rest.post('/v1/models/a:predict', { instances: [2] })).status, 200);

      // A label for a version that is not there yet holds as soon as it is.
      await writeFile(file, modelConfigText([{ ...a, policy: 'all {}', labels: { next: 2 } }]));
      await server.logged(
        /PollFilesystemAndReloadConfig failed to ReloadConfig: Request to assign label to version 2 of model a/,
      );
      await folder.put('a', 2, plusThree);
      await versionsUntil(
        rest,
        'a',
        ([newest]) => newest?.version === '2' && newest.state === 'AVAILABLE',
      );
      for (;;) {
        const answer = await rest.post('/v1/models/a/labels/next:predict', { instances: [2] });
        if (answer.status === 200) {
          assert.deepEqual(answer.json(), { predictions: [4] });
          break;
        }
        assert.match(answer.body.toString(), /Unrecognized servable version label: next/);
      }

      await rm(file);
      await server.logged(/Failed to read ModelServerConfig file: .*No such file or directory/);
      assert.equal((await rest.post('/v1/models/a:predict', { instances: [2] })).status, 200);
    } finally {
      rest.close();
    }
  });
});
