import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { RestClient } from '../support/rest-client.ts';
import {
  modelConfig,
  modelFlags,
  type StartOptions,
  startServer,
  untilLoaded,
  zoo,
} from '../support/server.ts';

const halfPlusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');
const broken = (name: string) => path.join(zoo, 'broken', name);

describe('the start of a server', () => {
  let base: string;

  before(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'serval-start-'));
  });

  after(() => rm(base, { recursive: true }));

  /** Runs a server that must not start, and returns what it wrote. */
  const refused = async (flags: readonly string[], options: Partial<StartOptions> = {}) => {
    await using server = await startServer({ ...options, flags, waitUntil: /^/ });
    const listening = server.logged(/Exporting HTTP/).then(
      () => 'it started',
      () => null,
    );
    const end = await Promise.race([server.ended, listening]);
    const output = server.output();
    assert.deepEqual(end, { code: 255, signal: null }, output);
    assert.doesNotMatch(output, /^\s+at .*:\d+:\d+/m, 'no stack trace');
    return output;
  };

  test('a missing base path is waited for, and served when it appears', async () => {
    const late = path.join(base, 'late');
    await using server = await startServer({
      flags: modelFlags('late', late),
      waitUntil: /Waiting for model late \(looking again every 1 s\): Could not find base path/,
    });
    assert.doesNotMatch(server.output(), /Running gRPC ModelServer/, 'nothing listens yet');
    await mkdir(path.join(base, 'staging'));
    await cp(path.join(halfPlusTwo, '00000123'), path.join(base, 'staging/123'), {
      recursive: true,
    });
    await cp(path.join(base, 'staging'), late, { recursive: true });
    await server.logged(/Exporting HTTP\/REST API at/);
    const rest = new RestClient(server.rest);
    const answer = await rest.post('/v1/models/late:predict', { instances: [4] });
    assert.deepEqual(answer.json(), { predictions: [4] });
    rest.close();
    server.kill('SIGTERM');
    assert.deepEqual(await server.ended, { code: 0, signal: null });
  });

  test('SIGTERM while it waits ends the process well', async () => {
    await using server = await startServer({
      flags: modelFlags('never', path.join(base, 'never')),
      waitUntil: /Waiting for model never/,
    });
    server.kill('SIGTERM');
    assert.deepEqual(await server.ended, { code: 0, signal: null });
  });

  for (const [name, reason] of [
    ['wrong_tags', 'NOT_FOUND: Could not find meta graph def matching supplied tags: { serve }.'],
    // TFS loads this one, whose op is in a function, and fails its requests; TensorFlow's C API refuses.
    ['unknown_op', "NOT_FOUND: Op type not registered 'FrobnicateMatMul' in binary"],
    ['unknown_op_in_graph', "NOT_FOUND: Op type not registered 'FrobnicateTensor' in binary"],
  ] as const) {
    test(`${name} fails the start at once, in TFS's words`, async () => {
      const output = await refused(modelFlags('m', broken(name)));
      assert.ok(
        output.includes(
          'Failed to start server. Error: UNKNOWN: 1 servable(s) did not become available: ' +
            `{{{name: m version: 1} due to error: ${reason}`,
        ),
        output,
      );
    });
  }

  test('what a copy under way may mend is tried again, then fails the start', async () => {
    const output = await refused([
      ...modelFlags('m', broken('missing_data')),
      '--max_num_load_retries=1',
      '--load_retry_interval_micros=1000',
    ]);
    assert.match(output, /trying again in 0\.001 s, 1 more at most/);
    assert.match(output, /NOT_FOUND: .*variables\.data-00000-of-00001; No such file or directory/);
  });

  test('start_policy=any serves what loads and reports the rest', async () => {
    const config = await modelConfig([
      { name: 'good', base: halfPlusTwo },
      { name: 'broken', base: broken('wrong_tags') },
      { name: 'absent', base: path.join(base, 'absent') },
    ]);
    await using server = await startServer({ flags: [config, '--start_policy=any'] });
    assert.match(server.output(), /Starting without: 1 servable\(s\) did not become available/);
    assert.match(server.output(), /Starting without versions of: absent/);
    const rest = new RestClient(server.rest);
    const answer = await rest.post('/v1/models/good:predict', { instances: [4] });
    assert.deepEqual(answer.json(), { predictions: [4] });
    const status = await rest.get('/v1/models/broken');
    assert.match(status.body.toString(), /"state": "END"[\s\S]*Could not find meta graph def/);
    const absent = await rest.get('/v1/models/absent');
    assert.equal(absent.status, 404);
    rest.close();
    server.kill('SIGTERM');
    assert.deepEqual(await server.ended, { code: 0, signal: null });
  });

  test('labels of the first configuration lead to their versions, where the flag allows them', async () => {
    const config = await modelConfig([
      {
        name: 'm',
        base: path.join(zoo, 'tfserving/saved_model_half_plus_two_2_versions'),
        policy: 'all {}',
        labels: { stable: 123 },
      },
    ]);
    assert.match(await refused([config]), /Request to assign label to version 123 of model m/);
    await using server = await startServer({
      flags: [config, '--allow_version_labels_for_unavailable_models'],
    });
    const rest = new RestClient(server.rest);
    await untilLoaded(server, 'm', [123]);
    const metadata = await rest.get('/v1/models/m/labels/stable/metadata');
    assert.match(metadata.body.toString(), /"version": ?"123"/);
    const unknown = await rest.post('/v1/models/m/labels/x:predict', { instances: [1] });
    assert.deepEqual(
      [unknown.status, unknown.json()],
      [400, { error: 'Unrecognized servable version label: x' }],
    );
    rest.close();
  });

  test('a port in use fails the start with the flag that chooses another', async () => {
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, '0.0.0.0', resolve));
    const { port } = taken.address() as net.AddressInfo;
    const serve = modelFlags('half_plus_two', halfPlusTwo);
    const grpc = await refused([...serve, `--port=${port}`]);
    assert.match(grpc, new RegExp(`Failed to start server.*Port ${port} .* --port`));
    const rest = await refused([...serve, `--rest_api_port=${port}`]);
    assert.match(rest, new RegExp(`Failed to start server.*Port ${port} .* --rest_api_port`));
    await new Promise((resolve) => taken.close(resolve));
  });

  test('a start without TensorFlow and without leave to install it says what to do', async () => {
    const output = await refused([...modelFlags('m', halfPlusTwo), '--install_engine=false'], {
      env: {
        SERVAL_TENSORFLOW_LIBRARY_PATH: undefined,
        SERVAL_CACHE_DIR: path.join(base, 'cache'),
        XDG_CACHE_HOME: path.join(base, 'cache'),
        HOME: base,
        PATH: path.dirname(process.execPath),
      },
    });
    assert.match(
      output,
      /No TensorFlow .* libraries were found .*serval engine install tensorflow/,
    );
  });

  test('a bad configuration file fails the start', async () => {
    const output = await refused([
      `--model_config_file=${path.join(zoo, 'tfserving/bad_model_config.txt')}`,
    ]);
    assert.match(
      output,
      /Failed to start server\. Error: INVALID_ARGUMENT: Invalid protobuf file: '/,
    );
    const missing = await refused([`--model_config_file=${path.join(base, 'gone.config')}`]);
    assert.match(missing, /NOT_FOUND: .*gone\.config; No such file or directory/);
  });
});
