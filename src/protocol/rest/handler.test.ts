import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeLookup } from '../../inference/testing/fake-lookup.ts';
import { FakeModel, signatureSpec, tensorSpec } from '../../inference/testing/fake-model.ts';
import { Code, StatusError, unavailable } from '../../status/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { DType, defaultMaxFilledBytes } from '../../tensor/index.ts';
import type { RestReply, RestRequest } from './exchange.ts';
import { createRestHandler } from './handler.ts';
import type { RestHandlerOptions } from './options.ts';

const signature = signatureSpec({
  inputs: [tensorSpec('x', DType.FLOAT, [-1])],
  outputs: [tensorSpec('y', DType.FLOAT, [-1])],
});

function setUp(overrides: Partial<RestHandlerOptions> = {}) {
  const model = new FakeModel(signature);
  const lookup = new FakeLookup('m', model);
  const logger = new MemoryLogger();
  const handler = createRestHandler({
    context: { lookup, checkShapes: true },
    timeoutMs: 0,
    cors: false,
    checkMethodName: false,
    asTensorContent: false,
    maxFilledBytes: defaultMaxFilledBytes,
    maxJsonDepth: 256,
    logger,
    ...overrides,
  });
  const send = (method: string, target: string, body = '', headers: RestRequest['headers'] = {}) =>
    handler({
      method,
      target,
      headers,
      body: Buffer.from(body),
      signal: new AbortController().signal,
      requestId: 'r-1',
      reserve: () => {},
    });
  return { model, lookup, logger, send };
}

function text(reply: RestReply): string {
  return Buffer.from(reply.body as string).toString();
}

function error(reply: RestReply): string {
  assert.equal(reply.headers['Content-Type'], 'application/json');
  const body = text(reply);
  assert.match(body, /^\{\n {4}"error": ".*"\n\}$/s);
  return (JSON.parse(body) as { error: string }).error;
}

test('a small predict is answered at once', () => {
  const { lookup, send } = setUp();
  const reply = send('POST', '/v1/models/m:predict', '{"instances":[1.0,2.0]}');
  assert.ok(!(reply instanceof Promise));
  assert.equal(reply.status, 200);
  assert.deepEqual(reply.headers, { 'Content-Type': 'application/json' });
  assert.equal(text(reply), '{"predictions":[1.0,2.0]}');
  assert.equal(lookup.held, 0);
});

test('a large predict lets the event loop go on, and is answered whole', async () => {
  const { lookup, model, send } = setUp();
  const values = Array.from({ length: 300_000 }, (_, i) => i / 8);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const reply = send('POST', '/v1/models/m:predict', JSON.stringify({ instances: values }));
  assert.ok(reply instanceof Promise);
  const { status, body } = await reply;
  clearInterval(timer);
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(String(Buffer.from(body as Uint8Array))), { predictions: values });
  assert.ok(turns > 0);
  assert.equal(lookup.held, 0);
  assert.equal(model.scopes[0]!.closes, 1);
});

test('a client that goes away ends the decoding, and the handle is given back', async () => {
  const { lookup, model } = setUp();
  const handler = createRestHandler({
    context: { lookup, checkShapes: true },
    timeoutMs: 0,
    cors: false,
    checkMethodName: false,
    asTensorContent: false,
    maxFilledBytes: defaultMaxFilledBytes,
    maxJsonDepth: 256,
    logger: new MemoryLogger(),
  });
  const abort = new AbortController();
  const reply = handler({
    method: 'POST',
    target: '/v1/models/m:predict',
    headers: {},
    body: Buffer.from(JSON.stringify({ instances: Array.from({ length: 500_000 }, () => 0.5) })),
    signal: abort.signal,
    requestId: 'r',
    reserve: () => {},
  });
  abort.abort();
  assert.equal((await reply).status, 499);
  assert.equal(model.runs.length, 0);
  assert.equal(lookup.held, 0);
});

test('the order of complaints: JSON, model, signature, inputs', async () => {
  const { send } = setUp();
  const refusal = async (path: string, body: string) => {
    const reply = await send('POST', path, body);
    return `${reply.status} ${error(reply)}`;
  };
  const wrong = '/v1/models/nope:predict';
  assert.equal(
    await refusal(wrong, '{'),
    '400 JSON Parse error: Missing a name for object member. at offset: 1',
  );
  assert.equal(await refusal(wrong, '{}'), '404 Servable not found for request: Latest(nope)');
  assert.equal(
    await refusal('/v1/models/m/versions/9:predict', '{}'),
    '404 Servable not found for request: Specific(m, 9)',
  );
  assert.equal(
    await refusal('/v1/models/m:predict', '{"signature_name":"zz"}'),
    '400 Serving signature name: "zz" not found in signature def',
  );
  assert.equal(
    await refusal('/v1/models/m:predict', '{}'),
    "400 Missing 'inputs' or 'instances' key",
  );
});

test('model, version and label of the path reach the lookup; the timeout reaches the run', async () => {
  const { lookup, model, send } = setUp({ timeoutMs: 5000 });
  const before = performance.now();
  await send('POST', '/v1/models/m/versions/7:predict', '{"inputs":[1]}');
  await send('POST', '/v1/models/m/labels/stable:predict', '{"inputs":[1]}');
  assert.deepEqual(lookup.requests, [
    { name: 'm', version: 7n, label: null },
    { name: 'm', version: null, label: 'stable' },
  ]);
  const { deadline } = model.runs[0]!.options;
  assert.ok(deadline >= before + 5000 && deadline <= performance.now() + 5000);
  const { model: untimed, send: sendUntimed } = setUp();
  await sendUntimed('POST', '/v1/models/m:predict', '{"inputs":[1]}');
  assert.equal(untimed.runs[0]!.options.deadline, Number.POSITIVE_INFINITY);
});

test('every code has its status', async () => {
  const expected: Readonly<Record<keyof typeof Code, number>> = {
    OK: 200,
    CANCELLED: 499,
    UNKNOWN: 500,
    INVALID_ARGUMENT: 400,
    DEADLINE_EXCEEDED: 504,
    NOT_FOUND: 404,
    ALREADY_EXISTS: 409,
    PERMISSION_DENIED: 403,
    RESOURCE_EXHAUSTED: 429,
    FAILED_PRECONDITION: 400,
    ABORTED: 409,
    OUT_OF_RANGE: 400,
    UNIMPLEMENTED: 501,
    INTERNAL: 500,
    UNAVAILABLE: 503,
    DATA_LOSS: 500,
    UNAUTHENTICATED: 401,
  };
  for (const [name, status] of Object.entries(expected)) {
    const { model, send } = setUp();
    const code = Code[name as keyof typeof Code];
    if (code === Code.OK) continue;
    model.answer = () => Promise.reject(new StatusError(code, 'a "message"\n\twith é\u0001'));
    const reply = await send('POST', '/v1/models/m:predict', '{"inputs":[1]}');
    assert.equal(reply.status, status, name);
    assert.equal(text(reply), '{\n    "error": "a \\"message\\"\\n\\twith é\\u0001"\n}');
  }
});

test('failures of the server are logged with the id of the request, refusals are not errors', async () => {
  const { model, logger, send } = setUp();
  model.answer = () => {
    throw new TypeError('a defect');
  };
  const reply = await send('POST', '/v1/models/m:predict', '{"inputs":[1]}');
  assert.equal(reply.status, 500);
  assert.equal(logger.messages('error').length, 1);
  assert.equal(logger.entries.at(-1)!.fields.requestId, 'r-1');
  model.answer = () => Promise.reject(unavailable('later'));
  await send('POST', '/v1/models/m:predict', '{"inputs":[1]}');
  await send('POST', '/v1/models/m:predict', '{');
  assert.equal(logger.messages('error').length, 1);
});

test('model status, one version or all, newest first', async () => {
  const { lookup, send } = setUp();
  lookup.versions = [
    { id: { name: 'm', version: 124n }, state: 'AVAILABLE', error: null },
    { id: { name: 'm', version: 123n }, state: 'END', error: unavailable('gone "away"') },
  ];
  const one = await send('GET', '/v1/models/m/versions/124');
  assert.equal(
    text(one),
    '{\n "model_version_status": [\n  {\n   "version": "124",\n   "state": "AVAILABLE",\n' +
      '   "status": {\n    "error_code": "OK",\n    "error_message": ""\n   }\n  }\n ]\n}\n',
  );
  for (const target of ['/v1/models/m', '/v1/models/m/labels/any']) {
    const all = JSON.parse(text(await send('GET', target))) as Record<string, unknown[]>;
    assert.equal(all.model_version_status!.length, 2);
    assert.deepEqual(all.model_version_status![1], {
      version: '123',
      state: 'END',
      status: { error_code: 'UNAVAILABLE', error_message: 'gone "away"' },
    });
  }
  const missing = await send('GET', '/v1/models/m/versions/5');
  assert.equal(missing.status, 404);
  assert.equal(error(missing), 'Could not find version 5 of model m');
  assert.equal(
    error(await send('GET', '/v1/models/nope')),
    'Could not find any versions of model nope',
  );
  assert.equal(error(await send('GET', '/v1/models')), 'Missing model name in request.');
});

test('metadata is joined as the original joins it', async () => {
  const { send } = setUp();
  const reply = await send('GET', '/v1/models/m/metadata');
  assert.equal(
    text(reply),
    '{\n"model_spec":{\n "name": "m",\n "signature_name": "",\n "version": "7"\n}\n,\n' +
      '"metadata": {"signature_def": {\n "signature_def": {}\n}\n}\n}\n',
  );
  assert.equal((await send('GET', '/v1/models/m/versions/8/metadata')).status, 404);
});

test('what is no route', async () => {
  const { send } = setUp();
  const malformed = await send('PUT', '/v1/models/m');
  assert.equal(malformed.status, 400);
  assert.equal(error(malformed), 'Malformed request: PUT /v1/models/m');
  const outside = await send('GET', '/');
  assert.equal(outside.status, 404);
  assert.deepEqual(outside.headers, { 'Content-Type': 'text/html', Connection: 'close' });
  assert.equal(
    text(outside),
    '<HTML><HEAD>\n<TITLE>404 Not Found</TITLE>\n</HEAD><BODY>\n<H1>Not Found</H1>\n</BODY></HTML>\n',
  );
  assert.equal((await send('PROPFIND', '/v1/models/m')).status, 501);
  const version = await send('GET', '/v1/models/m/versions/99999999999999999999');
  assert.equal(version.status, 400);
  assert.equal(text(version), '');
});

test('CORS headers come with the flag, preflight without', async () => {
  const cors = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'POST, GET',
    'Access-Control-Allow-Headers': 'Content-Type',
  };
  const off = setUp();
  const origin = { origin: 'https://example.org' };
  assert.deepEqual(await off.send('OPTIONS', '/v1/models/m', '', origin), {
    status: 200,
    headers: {},
    body: '',
  });
  assert.equal((await off.send('OPTIONS', '/v1/x', '', { origin: 'null' })).status, 400);
  assert.equal((await off.send('OPTIONS', '/v1/x')).status, 400);
  assert.equal((await off.send('OPTIONS', '/other', '', origin)).status, 404);

  const on = setUp({ cors: true });
  assert.deepEqual((await on.send('OPTIONS', '/v1/models/m', '', origin)).headers, cors);
  const answered = await on.send('POST', '/v1/models/m:predict', '{"inputs":[1]}');
  assert.deepEqual(answered.headers, { 'Content-Type': 'application/json', ...cors });
  const refused = await on.send('GET', '/v1/models/nope');
  assert.deepEqual(refused.headers, { 'Content-Type': 'application/json', ...cors });
  assert.equal((await on.send('GET', '/')).headers['Access-Control-Allow-Origin'], undefined);
  const asking = (fields: string) => ({ ...origin, 'access-control-request-headers': fields });
  const preflight = (fields: string) => on.send('OPTIONS', '/v1/models/m', '', asking(fields));
  assert.deepEqual((await preflight('content-type')).headers, cors);
  assert.deepEqual((await preflight('content-type, serval-output-filter')).headers, {
    ...cors,
    'Access-Control-Allow-Headers': 'Content-Type, Serval-Signature-Name, Serval-Output-Filter',
  });
});

test('the method name is checked where the flag says so, after the inputs', async () => {
  const odd = signatureSpec({ ...signature, methodName: 'other' });
  const model = new FakeModel(odd);
  const context = { lookup: new FakeLookup('m', model), checkShapes: true };
  const { send } = setUp({ context, checkMethodName: true });
  const reply = await send('POST', '/v1/models/m:predict', '{"inputs":[1]}');
  assert.equal(reply.status, 500);
  assert.match(error(reply), /^Expected prediction signature method_name to be one of/);
  const noInputs = await send('POST', '/v1/models/m:predict', '{}');
  assert.equal(error(noInputs), "Missing 'inputs' or 'instances' key");
  assert.equal(model.runs.length, 0);
});

test('a body that nests deeper than it may is refused', async () => {
  const { send } = setUp({ maxJsonDepth: 3 });
  const fits = await send('POST', '/v1/models/m:predict', '{"a":[[1]],"instances":[1.0]}');
  assert.equal(fits.status, 200);
  const deeper = await send('POST', '/v1/models/m:predict', '{"a":[[[1]]],"instances":[1.0]}');
  assert.equal(deeper.status, 400);
  assert.equal(
    error(deeper),
    'JSON Parse error: Lists and objects nested too deeply. at offset: 7',
  );
});
