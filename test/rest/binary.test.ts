import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { PredictRequestSchema, PredictResponseSchema } from '../../src/proto/index.ts';
import { npyFile, npyFiles } from '../../src/protocol/rest/binary/testing/npy-files.ts';
import { dtypeInfo } from '../../src/tensor/index.ts';
import { type GoldenCase, type GoldenModel, goldenModels } from '../support/golden.ts';
import { errorDifference, responseDifference } from '../support/golden-compare.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, type ServerProcess, startServer, untilLoaded } from '../support/server.ts';

const models = goldenModels('tensorflow').filter(({ stateful }) => !stateful);
const npy = { 'content-type': 'application/x-npy' };
const protobuf = { 'content-type': 'application/x-protobuf' };
const halfPlusTwo = '/v1/models/saved_model_half_plus_two_cpu:predict';
const signatures = '/v1/models/multi_signature:predict';
const maxBodyBytes = 64 << 20;

/** HTTP status of the codes that recorded errors have (spec 5.2). */
const statuses: Readonly<Record<string, number>> = {
  OK: 200,
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  NOT_FOUND: 404,
  INTERNAL: 500,
  UNKNOWN: 500,
  UNIMPLEMENTED: 501,
};

const floats = (values: Float32Array) =>
  npyFile(
    `{'descr': '<f4', 'fortran_order': False, 'shape': (${values.length},), }`,
    new Uint8Array(values.buffer),
  );

/** Asserts that a .npy reply has these elements. Not by `deepEqual`, which takes seconds for millions. */
function assertFloats(reply: Uint8Array, expected: Float32Array): void {
  const bytes = Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength);
  const elements = bytes.subarray(10 + bytes.readUInt16LE(8));
  assert.equal(elements.length, expected.byteLength);
  assert.ok(elements.equals(new Uint8Array(expected.buffer)));
}

describe('binary tensors over HTTP/1', () => {
  let server: ServerProcess;
  let rest: RestClient;

  before(async () => {
    const config = await modelConfig(
      models.map(({ name, basePath }) => ({ name, base: basePath, policy: 'all {}' })),
    );
    server = await startServer({ flags: [config, `--max_request_bytes=${maxBodyBytes}`] });
    for (const { name, versions } of models) await untilLoaded(server, name, versions);
    rest = new RestClient(server.rest);
  });

  after(async () => {
    rest.close();
    await server[Symbol.asyncDispose]();
  });

  const post = (target: string, body: Uint8Array, headers: http.OutgoingHttpHeaders) =>
    rest.send('POST', target, body, headers);

  /** What is refused must not touch what comes after it. */
  const stillServes = async () => {
    const answer = await rest.post(halfPlusTwo, { instances: [1.0, 2.0, 5.0] });
    assert.deepEqual([answer.status, answer.json()], [200, { predictions: [2.5, 3.0, 4.5] }]);
  };

  /** Sends the request of a recorded gRPC case over HTTP/1. */
  async function replay({ name }: GoldenModel, golden: GoldenCase): Promise<string | null> {
    const { request, status, response } = golden.grpc!;
    const answer = await post(`/v1/models/${name}:predict`, request, protobuf);
    if (answer.status !== statuses[status]) {
      return `expected ${status}, got ${answer.status}: ${answer.body.toString().slice(0, 300)}`;
    }
    if (status !== 'OK') {
      assert.equal(answer.headers['content-type'], 'application/json');
      return errorDifference(golden, answer.json<{ readonly error: string }>().error);
    }
    assert.equal(answer.headers['content-type'], 'application/x-protobuf');
    return responseDifference(
      fromBinary(PredictResponseSchema, response),
      fromBinary(PredictResponseSchema, answer.body),
      golden.tolerance,
    );
  }

  test('recorded gRPC requests have the same answers over HTTP/1', async (t) => {
    let sent = 0;
    for (const model of models) {
      await t.test(model.name, async () => {
        for (const golden of model.cases) {
          if (golden.method !== 'predict' || golden.grpc === null) continue;
          const { modelSpec } = fromBinary(PredictRequestSchema, golden.grpc.request);
          if (modelSpec?.name !== model.name) continue;
          assert.equal(await replay(model, golden), null, golden.id);
          sent++;
        }
      });
    }
    assert.ok(sent > 200, `${sent} requests were compared`);
  });

  test('files of NumPy go through TensorFlow unchanged, in every dtype', async () => {
    const names: Readonly<Record<string, string>> = {
      half: 'float16',
      float: 'float32',
      double: 'float64',
    };
    for (const { what, file, tensor, isWritten } of npyFiles()) {
      if (!isWritten) continue;
      const { name } = dtypeInfo(tensor.dtype);
      const headers = { ...npy, 'serval-signature-name': `echo_${names[name] ?? name}` };
      const answer = await post(signatures, file, headers);
      assert.equal(answer.status, 200, `${what}: ${answer.body.toString()}`);
      assert.equal(answer.headers['content-type'], 'application/x-npy');
      assert.equal(answer.body.toString('latin1'), file.toString('latin1'), what);
    }
  });

  test('files in other orders mean the same arrays', async () => {
    const files = npyFiles().filter(({ what }) => what.startsWith('f4'));
    assert.equal(files.length, 4);
    for (const { what, file } of files) {
      const headers = { ...npy, 'serval-signature-name': 'echo_float32' };
      const answer = await post(signatures, file, headers);
      assert.equal(answer.body.toString('latin1'), files[0]!.file.toString('latin1'), what);
    }
  });

  test('each format is answered in each', async () => {
    const [one] = models.find(({ name }) => name === 'saved_model_half_plus_two_cpu')!.cases;
    const bodies = [
      ['application/json', Buffer.from('{"instances": [1.0, 2.0, 5.0]}')],
      ['application/x-npy', floats(Float32Array.of(1, 2, 5))],
      ['application/x-protobuf', one!.grpc!.request],
    ] as const;
    for (const [type, body] of bodies) {
      for (const accept of bodies.map(([name]) => name)) {
        const answer = await post(halfPlusTwo, body, { 'content-type': type, accept });
        assert.equal(answer.status, 200, answer.body.toString());
        assert.equal(answer.headers['content-type'], accept);
        assert.equal(answer.headers['content-length'], String(answer.body.length));
      }
      const refused = await post(halfPlusTwo, body, { 'content-type': type, accept: 'text/csv' });
      assert.equal(refused.status, type === 'application/json' ? 200 : 400);
      await stillServes();
    }
  });

  test('several inputs and outputs go by PredictRequest, one output by name', async () => {
    const golden = models
      .find(({ name }) => name === 'string_tools')!
      .cases.find(({ grpc, method }) => method === 'predict' && grpc?.status === 'OK')!;
    const target = '/v1/models/string_tools:predict';
    const { request } = golden.grpc!;
    const tooMany = await post(target, request, { ...protobuf, accept: 'application/x-npy' });
    assert.equal(tooMany.status, 400);
    assert.match(tooMany.body.toString(), /A .npy reply holds one tensor, signature/);
    const text = npyFile("{'descr': '|S5', 'fortran_order': False, 'shape': (1,), }", 'aBc\0\0');
    const headers = { ...npy, 'serval-output-filter': 'upper' };
    const upper = await post(target, text, headers);
    assert.match(upper.body.toString('latin1'), /'descr': '\|S3'.*\nABC$/s);
  });

  test('inputs with a default may be left out of a .npy request', async () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
    const body = npyFile(header, new Uint8Array(Float32Array.of(1, 2).buffer));
    const answer = await post('/v1/models/signature_defaults:predict', body, npy);
    assert.equal(answer.status, 200, answer.body.toString());
    assert.match(answer.body.toString('latin1'), /'descr': '<f4'.*'shape': \(1, 1\), \}/);
  });

  const large = Float32Array.from({ length: 10_000_000 }, (_, i) => i % 1000);

  test('large tensors come back whole', async () => {
    const headers = { ...npy, 'serval-signature-name': 'echo_float32' };
    const answer = await post(signatures, floats(large), headers);
    assert.equal(answer.status, 200, answer.body.toString().slice(0, 300));
    assertFloats(answer.body, large);
  });

  test('bodies may be compressed, sent in chunks, and wait for 100 Continue', async () => {
    const values = large.subarray(0, 1_000_000).slice();
    const file = floats(values);
    const expected = values.map((value) => value / 2 + 2);
    const compressed = await post(halfPlusTwo, gzipSync(file), {
      ...npy,
      'content-encoding': 'gzip',
    });
    assertFloats(compressed.body, expected);
    const parts = new ReadableStream({
      start(controller) {
        for (let at = 0; at < file.length; at += 77_777) {
          controller.enqueue(file.subarray(at, at + 77_777));
        }
        controller.close();
      },
    });
    const options = { method: 'POST', body: parts, duplex: 'half', headers: npy } as const;
    const chunked = await fetch(`${server.rest}${halfPlusTwo}`, options);
    assertFloats(Buffer.from(await chunked.arrayBuffer()), expected);
    const continued = await new Promise<Buffer>((resolve, reject) => {
      const headers = { ...npy, expect: '100-continue', 'content-length': file.length };
      const request = http.request(`${server.rest}${halfPlusTwo}`, { method: 'POST', headers });
      request.on('continue', () => request.end(file));
      request.on('error', reject);
      request.on('response', (response) => {
        response.toArray().then((all) => resolve(Buffer.concat(all)), reject);
      });
      request.flushHeaders();
    });
    assertFloats(continued, expected);
  });

  test('what is wrong is an error in JSON, and ends nothing', async () => {
    const file = floats(Float32Array.of(1, 2, 5));
    const refusals: readonly [Uint8Array, http.OutgoingHttpHeaders, string, number, RegExp][] = [
      [
        file,
        npy,
        '/v1/models/nope:predict',
        404,
        /^Servable not found for request: Latest\(nope\)$/,
      ],
      [file.subarray(0, 60), npy, halfPlusTwo, 400, /^The .npy body ends inside its header$/],
      [
        file.subarray(0, -1),
        npy,
        halfPlusTwo,
        400,
        /bytes of elements, shape \[3\] of "<f4" takes 12$/,
      ],
      [file, protobuf, halfPlusTwo, 400, /^Malformed protobuf message: /],
      [
        file.subarray(0, 60),
        { ...npy, 'content-encoding': 'gzip' },
        halfPlusTwo,
        400,
        /is not gzip/,
      ],
      [
        file,
        { ...npy, 'serval-signature-name': 'zz' },
        halfPlusTwo,
        400,
        /"zz" not found in signature/,
      ],
      [file, npy, '/v1/models/mnist_cnn:predict', 400, /shape \[\?,8,8,1\].*\[3\]/],
      [file, npy, `${halfPlusTwo}?signature_name=x`, 400, /^Malformed request: POST/],
      [Buffer.alloc(maxBodyBytes + 1), npy, halfPlusTwo, 413, /larger than the limit of 67108864/],
    ];
    for (const [body, headers, target, status, error] of refusals) {
      const answer = await post(target, body, { ...headers, accept: 'application/x-npy' });
      assert.equal(answer.status, status, answer.body.toString().slice(0, 300));
      assert.equal(answer.headers['content-type'], 'application/json');
      assert.match(answer.json<{ readonly error: string }>().error, error);
      await stillServes();
    }
  });

  test('a client that goes in the middle of its upload leaves nothing behind', async () => {
    for (let round = 0; round < 20; round++) {
      await new Promise<void>((resolve) => {
        const headers = { ...npy, 'content-length': 40_000_000 };
        const request = http.request(`${server.rest}${halfPlusTwo}`, { method: 'POST', headers });
        request.on('error', () => {});
        request.on('close', resolve);
        request.write(Buffer.alloc(2_000_000), () => request.destroy());
      });
    }
    await stillServes();
  });
});
