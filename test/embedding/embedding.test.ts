import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Code, createServer, type Serval, StatusError } from '../../src/index.ts';
import { MemoryLogger } from '../../src/telemetry/testing/memory-logger.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import { RestClient } from '../support/rest-client.ts';
import { root, zoo } from '../support/server.ts';

const halfPlusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');
const halfPlusThree = path.join(zoo, 'tfserving/saved_model_half_plus_three');

const embedded = (modelName: string, modelBasePath: string): Serval =>
  createServer({
    modelName,
    modelBasePath,
    port: 'ephemeral',
    restApiPort: 'ephemeral',
    logger: new MemoryLogger(),
  });

async function predict(server: Serval, model: string, x: number): Promise<number> {
  const rest = new RestClient(`http://127.0.0.1:${server.addresses.rest?.port}`);
  try {
    const answer = await rest.post(`/v1/models/${model}:predict`, { instances: [x] });
    assert.equal(answer.status, 200, answer.body.toString());
    return answer.json<{ readonly predictions: readonly number[] }>().predictions[0]!;
  } finally {
    rest.close();
  }
}

async function predictByGrpc(server: Serval, model: string, x: number): Promise<number> {
  const grpc = new GrpcClient(`127.0.0.1:${server.addresses.grpc?.port}`);
  try {
    return floatOutput(await grpc.predict(floatVectorRequest(model, [x])), 'y')[0]!;
  } finally {
    grpc.close();
  }
}

describe('servers inside a program', () => {
  test('two at once do not know of each other', async () => {
    await using two = embedded('two', halfPlusTwo);
    await using three = embedded('three', halfPlusThree);
    await Promise.all([two.start(), three.start()]);
    assert.deepEqual([two.modelNames(), three.modelNames()], [['two'], ['three']]);
    assert.notEqual(two.addresses.rest?.port, three.addresses.rest?.port);
    for (const run of [predict, predictByGrpc]) {
      assert.equal(await run(two, 'two', 10), 7);
      assert.equal(await run(three, 'three', 10), 8);
    }
    await two.stop();
    assert.deepEqual(two.addresses, { grpc: null, rest: null });
    assert.equal(two.modelStatuses('two')[0]?.state, 'END');
    assert.equal(await predict(three, 'three', 20), 13);
  });

  test('one after another in one process, on one library', async () => {
    for (let round = 0; round < 3; round++) {
      await using server = embedded('m', halfPlusTwo);
      await server.start();
      assert.equal(await predict(server, 'm', round), round / 2 + 2);
    }
  });

  test('the models of a running server are replaced by a text', async () => {
    await using server = embedded('two', halfPlusTwo);
    await assert.rejects(server.reloadConfig(''), /The server is not running/);
    await server.start();
    const list = (name: string, base: string) =>
      `config { name: "${name}" base_path: "${base}" model_platform: "tensorflow" }`;
    await server.reloadConfig(
      `model_config_list { ${list('two', halfPlusTwo)} ${list('three', halfPlusThree)} }`,
    );
    assert.equal(await predict(server, 'three', 10), 8);
    await assert.rejects(
      server.reloadConfig('model_config_list {\n  config { nam: "x" }\n}'),
      (error) =>
        error instanceof StatusError &&
        error.code === Code.INVALID_ARGUMENT &&
        /2:\d+: .*nam/.test(error.message),
    );
    assert.equal(await predict(server, 'two', 10), 7);
    await server.reloadConfig(`model_config_list { ${list('three', halfPlusThree)} }`);
    await server.stop();
    assert.equal(server.modelStatuses('two')[0]?.state, 'END');
  });

  test('one that cannot start holds nothing and says why', async () => {
    const server = embedded('m', path.join(zoo, 'broken/wrong_tags'));
    await assert.rejects(
      server.start(),
      (error) => error instanceof StatusError && /did not become available/.test(error.message),
    );
    assert.deepEqual(server.addresses, { grpc: null, rest: null });
    await assert.rejects(server.start(), /A server can be started only once/);
    await server.stop();
  });

  test('a port in use closes what was opened before it', async () => {
    await using first = embedded('m', halfPlusTwo);
    await first.start();
    const second = createServer({
      modelName: 'm',
      modelBasePath: halfPlusTwo,
      port: 'ephemeral',
      restApiPort: first.addresses.rest!.port,
      logger: new MemoryLogger(),
    });
    await assert.rejects(second.start(), /Port \d+ .* is already in use/);
    assert.equal(second.modelStatuses('m')[0]?.state, 'END');
    assert.equal(await predict(first, 'm', 2), 3);
  });

  test('stop ends a start that waits for its model', async () => {
    const logger = new MemoryLogger();
    const server = createServer({
      modelName: 'm',
      modelBasePath: path.join(zoo, 'no-such-model'),
      port: 'ephemeral',
      logger,
    });
    const started = assert.rejects(server.start(), /The server was stopped before it had started/);
    while (!logger.messages('warn').some((line) => line.startsWith('Waiting for model m'))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await server.stop();
    await started;
  });

  test('stop before start, and twice, does nothing', async () => {
    const server = embedded('m', halfPlusTwo);
    await Promise.all([server.stop(), server.stop()]);
    await assert.rejects(server.start(), /only once/);
  });

  test('bad options are refused with the name of their flag', () => {
    assert.throws(
      () => createServer({ modelBasePath: halfPlusTwo, port: 70_000 }),
      (error) => error instanceof StatusError && /--port/.test(error.message),
    );
  });

  test('a program that embeds one ends by itself, with exit code 0', () => {
    const program = `
      import { createServer } from ${JSON.stringify(pathToFileURL(path.join(root, 'src/index.ts')).href)};
      const server = createServer({
        modelName: 'm',
        modelBasePath: ${JSON.stringify(halfPlusTwo)},
        port: 'ephemeral',
        restApiPort: 'ephemeral',
      });
      await server.start();
      const url = 'http://127.0.0.1:' + server.addresses.rest.port + '/v1/models/m:predict';
      const answer = await fetch(url, { method: 'POST', body: '{"instances":[2]}' });
      console.log((await answer.json()).predictions[0]);
      await server.stop();
    `;
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', program],
      { encoding: 'utf8', timeout: 60_000 },
    );
    assert.deepEqual(
      { status, signal, stdout },
      { status: 0, signal: null, stdout: '3\n' },
      stderr,
    );
  });
});
