import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { SignatureSpec } from '../../../engines/index.ts';
import { FakeLookup } from '../../../inference/testing/fake-lookup.ts';
import { FakeModel, signatureSpec, tensorSpec } from '../../../inference/testing/fake-model.ts';
import {
  PredictRequestSchema,
  PredictResponseSchema,
  TensorProtoSchema,
} from '../../../proto/index.ts';
import { unavailable } from '../../../status/index.ts';
import { MemoryLogger } from '../../../telemetry/testing/memory-logger.ts';
import {
  DType,
  defaultMaxFilledBytes,
  heapAllocator,
  type NumericTensor,
  type Tensor,
} from '../../../tensor/index.ts';
import { ByteChunks, type Bytes } from '../../../util/index.ts';
import type { RestReply, RestRequest } from '../exchange.ts';
import { createRestHandler } from '../handler.ts';
import type { RestHandlerOptions } from '../options.ts';
import { runToEnd } from '../testing/run-to-end.ts';
import { readNpy } from './npy-read.ts';
import { writeNpy } from './npy-write.ts';
import { comparable, npyFile, strings } from './testing/npy-files.ts';

const pb = 'application/x-protobuf';
const npy = 'application/x-npy';
const json = 'application/json';

function floats(...values: number[]): Tensor {
  const tensor = heapAllocator.allocate(DType.FLOAT, [values.length]);
  (tensor.data as Float32Array).set(values);
  return tensor;
}

const ten = toBinary(
  TensorProtoSchema,
  create(TensorProtoSchema, {
    dtype: DType.FLOAT,
    tensorShape: { dim: [{ size: 1n }] },
    floatVal: [10],
  }),
);

const x = tensorSpec('x', DType.FLOAT, [-1]);
const y = tensorSpec('y', DType.FLOAT, [-1]);
const signatures: readonly SignatureSpec[] = [
  signatureSpec({ inputs: [x], outputs: [y] }),
  signatureSpec({ key: 'two', inputs: [x, y], outputs: [x, y] }),
  signatureSpec({
    key: 'with_default',
    inputs: [x, y],
    outputs: [x, y],
    defaults: new Map([['y', ten]]),
  }),
  signatureSpec({ key: 'split', inputs: [x], outputs: [x, y] }),
  signatureSpec({ key: 'text', inputs: [tensorSpec('s', DType.STRING, null)], outputs: [y] }),
  signatureSpec({ key: 'größe', inputs: [x], outputs: [y], methodName: 'other' }),
];

interface Sent {
  readonly body?: Bytes;
  readonly headers?: RestRequest['headers'];
  readonly path?: string;
  readonly signal?: AbortSignal;
  readonly reserve?: (bytes: number) => void;
}

function setUp(options: Partial<RestHandlerOptions> = {}) {
  const model = new FakeModel(...signatures);
  // As the model of `split` would: its input twice.
  model.answer = ({ feeds, fetches, signature }) => {
    const all = signature.outputs.map((_, i) => feeds[i] ?? feeds[0]!);
    return fetches === null ? all : fetches.map((index) => all[index]!);
  };
  const lookup = new FakeLookup('m', model);
  const handler = createRestHandler({
    context: { lookup, checkShapes: true },
    timeoutMs: 0,
    cors: false,
    checkMethodName: false,
    asTensorContent: false,
    maxFilledBytes: defaultMaxFilledBytes,
    maxJsonDepth: 256,
    logger: new MemoryLogger(),
    ...options,
  });
  const send = async (type: string, body: Bytes, sent: Sent = {}): Promise<RestReply> => {
    const reply = await handler({
      method: 'POST',
      target: sent.path ?? '/v1/models/m:predict',
      headers: { 'content-type': type, ...sent.headers },
      body,
      signal: sent.signal ?? new AbortController().signal,
      requestId: 'r',
      reserve: sent.reserve ?? (() => {}),
    });
    assert.equal(lookup.held, 0);
    for (const scope of model.scopes) assert.equal(scope.closes, 1);
    return reply;
  };
  return { model, lookup, send };
}

const fileOf = (tensor: Tensor) => runToEnd(writeNpy('t', tensor));

function npyOf(reply: RestReply) {
  assert.deepEqual(
    [reply.status, reply.headers],
    [200, { 'Content-Type': npy }],
    Buffer.from(reply.body as string).toString(),
  );
  const { tensor, steps } = readNpy(reply.body as Uint8Array, heapAllocator, () => {});
  runToEnd(steps);
  return comparable(tensor);
}

function responseOf(reply: RestReply, type = pb) {
  assert.deepEqual([reply.status, reply.headers], [200, { 'Content-Type': type }]);
  return fromBinary(PredictResponseSchema, reply.body as Uint8Array);
}

function textOf(reply: RestReply): string {
  assert.deepEqual(reply.headers, { 'Content-Type': json });
  return Buffer.from(reply.body as string).toString();
}

/** Status and message of a refusal. */
function refusalOf(reply: RestReply): string {
  return `${reply.status} ${(JSON.parse(textOf(reply)) as { readonly error: string }).error}`;
}

function message(init: MessageInitShape<typeof PredictRequestSchema>): Uint8Array {
  return toBinary(PredictRequestSchema, create(PredictRequestSchema, init));
}

const xs = {
  dtype: DType.FLOAT,
  tensorShape: { dim: [{ size: 3n }] },
  tensorContent: new Uint8Array(Float32Array.of(1, 2.5, -3).buffer),
};
const expected = comparable(floats(1, 2.5, -3));

describe('a .npy body', () => {
  test('is the only input, and is answered with the only output', async () => {
    const { send, lookup } = setUp();
    assert.deepEqual(npyOf(await send(npy, fileOf(floats(1, 2.5, -3)))), expected);
    assert.deepEqual(lookup.requests[0], { name: 'm', version: null, label: null });
  });

  test('in chunks is read like one in one piece', async () => {
    const { send } = setUp();
    const file = fileOf(floats(1, 2.5, -3));
    const chunks = [file.subarray(0, 1), file.subarray(1, 131), file.subarray(131)];
    assert.deepEqual(npyOf(await send(npy, new ByteChunks(chunks))), expected);
  });

  test('is for the signature and the outputs that headers name', async () => {
    const { send, model } = setUp();
    const headers = { 'serval-signature-name': 'split', 'serval-output-filter': ' y ,' };
    assert.deepEqual(npyOf(await send(npy, fileOf(floats(1, 2.5, -3)), { headers })), expected);
    assert.equal(model.runs[0]!.signature.key, 'split');
    assert.deepEqual(model.runs[0]!.fetches, [1]);
    const latin1 = Buffer.from('größe').toString('latin1');
    const named = { headers: { 'serval-signature-name': latin1 } };
    assert.deepEqual(npyOf(await send(npy, fileOf(floats(1, 2.5, -3)), named)), expected);
  });

  test('leaves inputs with a default out', async () => {
    const { send, model } = setUp();
    const headers = { 'serval-signature-name': 'with_default', accept: json };
    const reply = await send(npy, fileOf(floats(1)), { headers });
    assert.equal(textOf(reply), '{"predictions":[{"x":1.0,"y":10.0}]}');
    assert.equal(model.runs[0]!.feeds.length, 2);
  });

  test('of strings', async () => {
    const { send, model } = setUp();
    const given = strings([2], [Buffer.from('a'), Buffer.from('bc')]);
    model.answer = ({ feeds }) => [feeds[0]!];
    const headers = { 'serval-signature-name': 'text' };
    assert.deepEqual(npyOf(await send(npy, fileOf(given), { headers })), comparable(given));
  });

  test('is answered in the format that is accepted', async () => {
    const { send } = setUp();
    const file = fileOf(floats(1, 2.5, -3));
    const ask = (accept: string) => send(npy, file, { headers: { accept } });
    assert.equal(textOf(await ask(json)), '{"predictions":[1.0,2.5,-3.0]}');
    const { outputs, modelSpec } = responseOf(await ask(pb));
    assert.deepEqual(outputs.y!.floatVal, [1, 2.5, -3]);
    assert.equal(modelSpec!.name, 'm');
    assert.equal(modelSpec!.signatureName, 'serving_default');
    assert.deepEqual(
      modelSpec!.versionChoice.value,
      create(PredictResponseSchema, {
        modelSpec: { versionChoice: { case: 'version', value: { value: 7n } } },
      }).modelSpec!.versionChoice.value,
    );
  });

  const refusals: readonly [what: string, headers: RestRequest['headers'], error: string][] = [
    [
      'a signature that there is not',
      { 'serval-signature-name': 'zz' },
      '400 Serving signature name: "zz" not found in signature def',
    ],
    [
      'several inputs',
      { 'serval-signature-name': 'two' },
      '400 A .npy body holds one tensor, signature "two" takes 2 (x, y): send a PredictRequest as ' +
        'application/x-protobuf',
    ],
    [
      'several outputs',
      { 'serval-signature-name': 'split' },
      '400 A .npy reply holds one tensor, signature "split" gives 2 (x, y): name one in ' +
        'Serval-Output-Filter, or accept application/x-protobuf',
    ],
    [
      'several outputs of which two are asked for',
      { 'serval-signature-name': 'split', 'serval-output-filter': 'y,x' },
      '400 A .npy reply holds one tensor, signature "split" gives 2 (y, x): name one in ' +
        'Serval-Output-Filter, or accept application/x-protobuf',
    ],
    [
      'an output that there is not',
      { 'serval-output-filter': 'z' },
      '400 output tensor alias not found in signature: z Outputs expected to be in the set {y}.',
    ],
    [
      'an output twice',
      { 'serval-signature-name': 'split', 'serval-output-filter': 'y,y' },
      '400 duplicate output tensor alias: y',
    ],
    [
      'an input of another dtype',
      { 'serval-signature-name': 'text' },
      '400 Expects arg[0] to be string but float is provided',
    ],
  ];
  for (const [what, headers, error] of refusals) {
    test(`${what}: refused before a run`, async () => {
      const { send, model } = setUp();
      assert.equal(refusalOf(await send(npy, fileOf(floats(1)), { headers })), error);
      assert.equal(model.runs.length, 0);
    });
  }

  test('of a shape that the signature excludes is refused', async () => {
    const { send } = setUp();
    const file = fileOf(heapAllocator.allocate(DType.FLOAT, [2, 2]));
    assert.equal(
      refusalOf(await send(npy, file)),
      '400 Input x must have shape [?], got shape [2,2]',
    );
  });

  test('without rows is answered without a run of no rows', async () => {
    const { send, model } = setUp();
    model.isRowwise = true;
    assert.deepEqual(npyOf(await send(npy, fileOf(floats()))), comparable(floats()));
    assert.deepEqual(model.runs[0]!.feeds[0]!.shape, [1]);
  });

  test('that is no .npy file is refused', async () => {
    const { send } = setUp();
    const reply = await send(npy, Buffer.from('{"instances": [1.0]}'));
    assert.equal(refusalOf(reply), '400 The body is not a .npy file');
    const bad = await send(npy, npyFile("{'descr': '<f4'}"));
    assert.match(refusalOf(bad), /^400 The header of the .npy body is not a dictionary/);
  });

  test('whose elements are bad is refused while it is read', async () => {
    const { send } = setUp();
    const header = "{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }";
    const reply = await send(npy, npyFile(header, '\xff\xff\xff\xff'), {
      headers: { 'serval-signature-name': 'text' },
    });
    assert.match(refusalOf(reply), /^400 The .npy body has 4294967295 as a character/);
  });
});

describe('a PredictRequest as the body', () => {
  test('is answered with a PredictResponse', async () => {
    const { send } = setUp();
    const { outputs, modelSpec } = responseOf(await send(pb, message({ inputs: { x: xs } })));
    assert.deepEqual(Object.keys(outputs), ['y']);
    assert.deepEqual(outputs.y!.floatVal, [1, 2.5, -3]);
    assert.equal(modelSpec!.signatureName, 'serving_default');
  });

  test('has the signature and the output filter in it', async () => {
    const { send, model } = setUp();
    const body = message({
      modelSpec: { signatureName: 'two' },
      inputs: { x: xs, y: xs },
      outputFilter: ['y'],
    });
    const headers = { 'serval-signature-name': 'zz', 'serval-output-filter': 'x' };
    const { outputs } = responseOf(await send(pb, body, { headers }));
    assert.deepEqual(Object.keys(outputs), ['y']);
    assert.deepEqual(model.runs[0]!.fetches, [1]);
  });

  test('is answered in the format that is accepted', async () => {
    const { send } = setUp({ asTensorContent: true });
    const body = message({ inputs: { x: xs } });
    const ask = (accept: string) => send(pb, body, { headers: { accept } });
    assert.deepEqual(npyOf(await ask(npy)), expected);
    assert.equal(textOf(await ask(json)), '{"predictions":[1.0,2.5,-3.0]}');
    const { outputs } = responseOf(await ask('application/protobuf'), 'application/protobuf');
    assert.deepEqual(Buffer.from(outputs.y!.tensorContent), Buffer.from(xs.tensorContent));
  });

  test('may say what the path says, and what it leaves open', async () => {
    const { send, lookup } = setUp();
    const ask = async (path: string, modelSpec: object) => {
      const body = message({ modelSpec, inputs: { x: xs } });
      responseOf(await send(pb, body, { path: `/v1/models/${path}:predict` }));
      const { version, label } = lookup.requests.at(-1)!;
      return `${version} ${label}`;
    };
    const version = { versionChoice: { case: 'version', value: { value: 7n } } } as const;
    const label = { versionChoice: { case: 'versionLabel', value: 'new' } } as const;
    assert.equal(await ask('m', {}), 'null null');
    assert.equal(await ask('m', { name: 'm' }), 'null null');
    assert.equal(await ask('m', version), '7 null');
    assert.equal(await ask('m', { name: 'm', ...label }), 'null new');
    assert.equal(await ask('m/versions/7', {}), '7 null');
    assert.equal(await ask('m/versions/7', { name: 'm', ...version }), '7 null');
    assert.equal(await ask('m/labels/new', { name: 'm' }), 'null new');
    assert.equal(await ask('m/labels/new', label), 'null new');
  });

  test('must not contradict the path', async () => {
    const { send, lookup } = setUp();
    const refusal = async (path: string, modelSpec: object) => {
      const body = message({ modelSpec, inputs: { x: xs } });
      return refusalOf(await send(pb, body, { path: `/v1/models/${path}:predict` }));
    };
    const version = { versionChoice: { case: 'version', value: { value: 8n } } } as const;
    const label = { versionChoice: { case: 'versionLabel', value: 'new' } } as const;
    assert.equal(
      await refusal('m', { name: 'other' }),
      '400 The path names model m, the model_spec of the body other',
    );
    assert.equal(
      await refusal('m/versions/7', version),
      '400 The path names version 7, the model_spec of the body version 8',
    );
    assert.equal(
      await refusal('m/versions/7', label),
      '400 The path names version 7, the model_spec of the body label new',
    );
    assert.equal(
      await refusal('m/labels/old', label),
      '400 The path names label old, the model_spec of the body label new',
    );
    assert.equal(
      await refusal('m/labels/old', version),
      '400 The path names label old, the model_spec of the body version 8',
    );
    assert.equal(lookup.acquired, 0);
  });

  test('is refused in the words of gRPC', async () => {
    const { send, model } = setUp();
    const refusal = async (body: Uint8Array, headers = {}) =>
      refusalOf(await send(pb, body, { headers }));
    assert.equal(
      await refusal(message({ modelSpec: { signatureName: 'zz' } })),
      '400 Serving signature key "zz" not found.',
    );
    assert.equal(
      await refusal(message({})),
      '400 input size does not match signature: 0!=1 len({}) != len({x}). Sent extra: {}. ' +
        'Missing but required: {x}.',
    );
    assert.equal(
      await refusal(message({ inputs: { x: { ...xs, tensorContent: new Uint8Array(5) } } })),
      '400 tensor parsing error: x',
    );
    assert.equal(
      await refusal(Buffer.from('{"instances": [1.0]}')),
      '400 Malformed protobuf message: truncated field at byte 2',
    );
    const shapeOfTwoInputs = message({ modelSpec: { signatureName: 'split' }, inputs: { x: xs } });
    assert.equal(
      await refusal(shapeOfTwoInputs, { accept: npy }),
      '400 A .npy reply holds one tensor, signature "split" gives 2 (x, y): name one in ' +
        'Serval-Output-Filter, or accept application/x-protobuf',
    );
    assert.equal(model.runs.length, 0);
  });

  test('that asks for far more memory than it has bytes is refused', async () => {
    const { send } = setUp();
    const dim = [{ size: 1n << 40n }];
    const body = message({
      inputs: { x: { dtype: DType.FLOAT, tensorShape: { dim }, floatVal: [1] } },
    });
    assert.match(refusalOf(await send(pb, body)), /^429 .*more than the limit of 67108864/);
  });

  test('whose last value fills the rest is filled in steps', async () => {
    const { send } = setUp();
    const dim = [{ size: 8_000_000n }];
    const body = message({
      inputs: { x: { dtype: DType.FLOAT, tensorShape: { dim }, floatVal: [1, 2] } },
    });
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const reply = await send(pb, body, { headers: { accept: npy } });
    clearInterval(timer);
    assert.equal(reply.status, 200);
    const last = Buffer.from(reply.body as Uint8Array).readFloatLE(reply.body.length - 4);
    assert.equal(last, 2);
    assert.ok(turns > 0);
  });
});

describe('a JSON body', () => {
  const body = Buffer.from('{"instances": [1.0, 2.5, -3.0]}');

  test('is answered in the format that is accepted', async () => {
    const { send } = setUp();
    const ask = (accept: string) => send('text/plain', body, { headers: { accept } });
    assert.deepEqual(npyOf(await ask(npy)), expected);
    assert.deepEqual(responseOf(await ask(pb)).outputs.y!.floatVal, [1, 2.5, -3]);
    assert.equal(textOf(await ask('*/*')), '{"predictions":[1.0,2.5,-3.0]}');
    assert.equal(textOf(await ask('text/html')), '{"predictions":[1.0,2.5,-3.0]}');
  });

  test('gives one output as .npy', async () => {
    const { send, model } = setUp();
    const split = Buffer.from('{"signature_name": "split", "instances": [1.0, 2.5, -3.0]}');
    const ask = (headers: RestRequest['headers']) => send(json, split, { headers });
    assert.deepEqual(npyOf(await ask({ accept: npy, 'serval-output-filter': 'x' })), expected);
    assert.match(refusalOf(await ask({ accept: npy })), /^400 A .npy reply holds one tensor/);
    assert.equal(model.runs.length, 1);
  });

  test('is not touched by the headers where JSON answers it', async () => {
    const { send } = setUp();
    const headers = { 'serval-output-filter': 'zz', 'serval-signature-name': 'zz' };
    const reply = await send(json, body, { headers });
    assert.equal(textOf(reply), '{"predictions":[1.0,2.5,-3.0]}');
  });

  test('that is large is answered in every format', async () => {
    const { send } = setUp();
    const values = Array.from({ length: 200_000 }, (_, i) => i / 4);
    const tensor = heapAllocator.allocate(DType.FLOAT, [values.length]);
    (tensor.data as Float32Array).set(values);
    const large = Buffer.from(JSON.stringify({ instances: values }));
    const ask = (accept: string) => send(json, large, { headers: { accept } });
    assert.deepEqual(npyOf(await ask(npy)), comparable(tensor));
    assert.deepEqual(responseOf(await ask(pb)).outputs.y!.floatVal, values);
  });
});

describe('requests of every format', () => {
  const bodies: readonly [type: string, body: Uint8Array][] = [
    [npy, fileOf(floats(1, 2.5, -3))],
    [pb, message({ inputs: { x: xs } })],
  ];

  test('are refused before anything is looked up where no reply is accepted', async () => {
    for (const [type, body] of bodies) {
      const { send, lookup } = setUp();
      const reply = await send(type, body, { headers: { accept: 'image/png' } });
      assert.match(refusalOf(reply), /^400 The Accept header leaves no type for the reply/);
      assert.equal(lookup.requests.length, 0);
    }
  });

  test('have the errors of the API in JSON, whatever is accepted', async () => {
    for (const [type, body] of bodies) {
      const { send } = setUp();
      for (const accept of [undefined, npy, pb]) {
        const ask = (path: string) => send(type, body, { path, headers: { accept } });
        assert.equal(
          refusalOf(await ask('/v1/models/nope:predict')),
          '404 Servable not found for request: Latest(nope)',
        );
        assert.equal(
          refusalOf(await ask('/v1/models/m/versions/9:predict')),
          '404 Servable not found for request: Specific(m, 9)',
        );
        assert.equal(
          refusalOf(await ask('/v1/models/m:predict?signature_name=split')),
          '400 Malformed request: POST /v1/models/m:predict?signature_name=split',
        );
      }
    }
  });

  test('give everything back when the engine fails', async () => {
    for (const [type, body] of bodies) {
      const { send, model } = setUp();
      model.answer = () => Promise.reject(unavailable('busy'));
      assert.equal(refusalOf(await send(type, body)), '503 busy');
    }
  });

  test('check the method name where that is asked for', async () => {
    const { send } = setUp({ checkMethodName: true });
    const latin1 = Buffer.from('größe').toString('latin1');
    const headers = { 'serval-signature-name': latin1 };
    const asNpy = await send(npy, fileOf(floats(1)), { headers });
    assert.match(refusalOf(asNpy), /^500 Expected prediction signature method_name/);
    const body = message({ modelSpec: { signatureName: 'größe' }, inputs: { x: xs } });
    assert.match(refusalOf(await send(pb, body)), /^500 Expected prediction signature method_name/);
  });

  test('give the deadline of the API to the run', async () => {
    for (const [type, body] of bodies) {
      const { send, model } = setUp({ timeoutMs: 5000 });
      const before = performance.now();
      await send(type, body);
      const { deadline } = model.runs[0]!.options;
      assert.ok(deadline >= before + 5000 && deadline <= performance.now() + 5000);
    }
  });

  test('reserve what they take beyond their body', async () => {
    const { send, model } = setUp();
    const reserve = () => {
      throw unavailable('over budget');
    };
    const header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }";
    const turned = npyFile(header, new Uint8Array(16));
    assert.equal(refusalOf(await send(npy, turned, { reserve })), '503 over budget');
    const dim = [{ size: 1_000_000n }];
    const short = message({ inputs: { x: { dtype: 1, tensorShape: { dim }, floatVal: [1] } } });
    assert.equal(refusalOf(await send(pb, short, { reserve })), '503 over budget');
    assert.equal(model.runs.length, 0);
  });
});

/** What a request takes in array buffers until its run begins, and from its end to the reply. */
async function memoryOf(type: string, body: Bytes, accept: string, output: NumericTensor) {
  const { send, model } = setUp({ asTensorContent: true });
  const used = () => process.memoryUsage().arrayBuffers;
  let atRun = 0;
  model.answer = () => {
    atRun = used();
    return [output];
  };
  const start = used();
  const reply = await send(type, body, { headers: { accept } });
  const end = used();
  assert.equal(reply.status, 200);
  // What is compared with was alive until here, so no collection took it out of the sums.
  assert.ok(output.data.length > 0 && body.length > 0 && reply.body.length > 0);
  return { request: atRun - start, reply: end - (atRun - output.data.byteLength) };
}

test('a tensor is copied once on its way in, from any chunks, and once on its way out', async () => {
  const tensor = heapAllocator.allocate(DType.FLOAT, [4 << 20]);
  const { byteLength, buffer } = tensor.data;
  const dim = [{ size: 4n << 20n }];
  const xOf = {
    dtype: DType.FLOAT,
    tensorShape: { dim },
    tensorContent: new Uint8Array(buffer as ArrayBuffer),
  };
  const slack = 128 << 10;
  for (const [type, body] of [
    [npy, fileOf(tensor)],
    [pb, message({ inputs: { x: xOf } })],
  ] as const) {
    for (const chunkBytes of [1 << 16, 1 << 20, body.length]) {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < body.length; at += chunkBytes)
        chunks.push(body.slice(at, at + chunkBytes));
      for (const accept of [npy, pb]) {
        const { request, reply } = await memoryOf(type, new ByteChunks(chunks), accept, tensor);
        assert.ok(request < byteLength + slack, `${request} bytes for a request of ${type}`);
        assert.ok(reply < byteLength + slack, `${reply} bytes for a reply of ${accept}`);
      }
    }
  }
});

test('large bodies let the event loop go on, and end when their client goes', async () => {
  const { send, model } = setUp();
  const tensor = heapAllocator.allocate(DType.FLOAT, [8 << 20]);
  const file = fileOf(tensor);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  assert.equal((await send(npy, file)).status, 200);
  clearInterval(timer);
  assert.ok(turns > 1);
  const abort = new AbortController();
  const reply = send(npy, file, { signal: abort.signal });
  abort.abort();
  assert.equal((await reply).status, 499);
  assert.equal(model.runs.length, 1);
});
