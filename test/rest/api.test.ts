import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, type ServerProcess, startServer, zoo } from '../support/server.ts';

describe('the REST API of a running server', () => {
  let server: ServerProcess;
  let rest: RestClient;

  before(async () => {
    const config = await modelConfig([
      { name: 'half_plus_two', base: path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu') },
      { name: 'custom_error', base: path.join(zoo, 'models/custom_error') },
      { name: 'mnist_cnn', base: path.join(zoo, 'models/mnist_cnn') },
    ]);
    server = await startServer({
      flags: [config, '--max_request_bytes=65536', '--rest_api_enable_cors_support'],
    });
    rest = new RestClient(server.rest);
  });

  after(async () => {
    rest.close();
    await server[Symbol.asyncDispose]();
  });

  const predictPath = '/v1/models/half_plus_two:predict';

  /** What is refused must not touch what comes after it. */
  const stillServes = async () => {
    const answer = await rest.post(predictPath, { instances: [1.0, 2.0, 5.0] });
    assert.deepEqual([answer.status, answer.json()], [200, { predictions: [2.5, 3.0, 4.5] }]);
  };

  // Spec 13; whitespace apart.
  const answers: readonly [what: string, body: string, expected: string][] = [
    ['rows', '{"instances": [1.0, 2.0, 5.0]}', '{"predictions":[2.5,3.0,4.5]}'],
    ['rows of one', '{"instances": [[1.0],[2.0]]}', '{"predictions":[[2.5],[3.0]]}'],
    ['columns', '{"inputs": [1.0, 2.0]}', '{"outputs":[2.5,3.0]}'],
    ['columns by name', '{"inputs": {"x": [1.0]}}', '{"outputs":[2.5]}'],
    ['rows by name', '{"instances": [{"x": 1.0}]}', '{"predictions":[2.5]}'],
  ];
  for (const [what, body, expected] of answers) {
    test(`predict: ${what}`, async () => {
      const answer = await rest.send('POST', predictPath, body);
      assert.equal(answer.body.toString().replace(/\s/g, ''), expected);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], 'application/json');
    });
  }

  test('regress and classify', async () => {
    const examples = '"examples": [{"x": 1.0}, {"x": 2.0}]';
    for (const [method, signature, expected] of [
      ['regress', 'regress_x_to_y', '{"results":[2.5,3.0]}'],
      ['classify', 'classify_x_to_y', '{"results":[[["",2.5]],[["",3.0]]]}'],
    ] as const) {
      const target = `/v1/models/half_plus_two:${method}`;
      const body = `{"signature_name": "${signature}", ${examples}}`;
      const answer = await rest.send('POST', target, body);
      assert.equal(answer.body.toString().replace(/\s/g, ''), expected);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], 'application/json');
    }
  });

  const refusals: readonly [
    method: string,
    target: string,
    body: string,
    status: number,
    error: string,
  ][] = [
    [
      'POST',
      '/v1/models/nope:predict',
      '{"instances": [1]}',
      404,
      'Servable not found for request: Latest(nope)',
    ],
    [
      'POST',
      '/v1/models/half_plus_two/versions/9:predict',
      '{"instances": [1]}',
      404,
      'Servable not found for request: Specific(half_plus_two, 9)',
    ],
    [
      'POST',
      '/v1/models/half_plus_two/labels/x:predict',
      '{"instances": [1]}',
      400,
      'Unrecognized servable version label: x',
    ],
    ['POST', predictPath, '', 400, 'JSON Parse error: The document is empty'],
    ['POST', predictPath, 'this is not json', 400, 'JSON Parse error: Invalid value. at offset: 1'],
    [
      'POST',
      predictPath,
      '{"instances": ["a"]}',
      400,
      'Failed to process element: 0 of \'instances\' list. Error: INVALID_ARGUMENT: JSON Value: "a" Type: String is not of expected type: float',
    ],
    [
      'POST',
      predictPath,
      '{"signature_name": "zz", "instances": [1]}',
      400,
      'Serving signature name: "zz" not found in signature def',
    ],
    ['POST', predictPath, '{}', 400, "Missing 'inputs' or 'instances' key"],
    ['PUT', '/v1/models/half_plus_two', '', 400, 'Malformed request: PUT /v1/models/half_plus_two'],
    ['GET', predictPath, '', 400, `Malformed request: GET ${predictPath}`],
    ['GET', '/v1/models/nope', '', 404, 'Could not find any versions of model nope'],
    [
      'GET',
      '/v1/models/half_plus_two/versions/9',
      '',
      404,
      'Could not find version 9 of model half_plus_two',
    ],
    ['GET', '/v1/models', '', 400, 'Missing model name in request.'],
  ];
  for (const [method, target, body, status, error] of refusals) {
    test(`${method} ${target} ${body}: ${error}`, async () => {
      const answer = await rest.send(
        method,
        target,
        body === '' && method === 'GET' ? undefined : body,
      );
      assert.deepEqual([answer.status, answer.json()], [status, { error }]);
      await stillServes();
    });
  }

  test('an input of the wrong rank is refused, and ends nothing', async () => {
    const answer = await rest.post('/v1/models/mnist_cnn:predict', { instances: [[1, 2, 3]] });
    assert.equal(answer.status, 400);
    assert.match(answer.json<{ readonly error: string }>().error, /shape \[\?,8,8,1\].*\[1,3\]/);
    await stillServes();
  });

  test('a failing op is the error of its request, in the words of TensorFlow', async () => {
    const body = { signature_name: 'non_negative', instances: [-1] };
    const answer = await rest.post('/v1/models/custom_error:predict', body);
    assert.equal(answer.status, 400);
    assert.match(answer.json<{ readonly error: string }>().error, /assertion failed|\[\[\{\{node/);
    await stillServes();
  });

  test('bodies may be compressed; those that are broken are empty, as in TFS', async () => {
    const packed = gzipSync('{"instances": [1.0]}');
    const headers = { 'content-encoding': 'gzip' };
    const answer = await rest.send('POST', predictPath, packed, headers);
    assert.deepEqual(answer.json(), { predictions: [2.5] });
    const broken = await rest.send('POST', predictPath, packed.subarray(0, 12), headers);
    assert.equal(broken.status, 400);
    await stillServes();
  });

  test('a body over the limit is refused with the limit', async () => {
    const answer = await rest.send('POST', predictPath, ' '.repeat(70_000));
    assert.ok([413, 429].includes(answer.status), `${answer.status}`);
    assert.match(answer.json<{ readonly error: string }>().error, /65536/);
    await stillServes();
  });

  test('connections are kept alive for longer than load balancers keep theirs', async () => {
    const answer = await rest.get('/v1/models/half_plus_two');
    const [, seconds] = /timeout=(\d+)/.exec(String(answer.headers['keep-alive'])) ?? [];
    assert.ok(Number(seconds) >= 75, `keep-alive: ${answer.headers['keep-alive']}`);
  });

  test('what is not under /v1 is a page', async () => {
    const answer = await rest.get('/');
    assert.equal(answer.status, 404);
    assert.equal(answer.headers['content-type'], 'text/html');
    assert.match(answer.body.toString(), /^<HTML><HEAD>\n<TITLE>404 Not Found<\/TITLE>/);
  });

  test('pages of other origins may call, where the flag says so', async () => {
    const answer = await rest.send('OPTIONS', predictPath, undefined, {
      origin: 'https://a.example',
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['access-control-allow-origin'], '*');
    const refused = await rest.send('OPTIONS', predictPath, undefined, { origin: 'null' });
    assert.equal(refused.status, 400);
  });

  test('the status says what is served', async () => {
    const answer = await rest.get('/v1/models/half_plus_two');
    assert.equal(
      answer.body.toString(),
      '{\n "model_version_status": [\n  {\n   "version": "123",\n   "state": "AVAILABLE",\n   "status": {\n    "error_code": "OK",\n    "error_message": ""\n   }\n  }\n ]\n}\n',
    );
  });
});
