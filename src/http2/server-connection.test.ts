import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ErrorCode } from './faults.ts';
import { Flag, FrameType, maxInt31, readUint32 } from './frame.ts';
import { Setting } from './settings.ts';
import { answer, fields, type Request, Scene, trailers } from './testing/scene.ts';
import { frame, post, setting, uint32 } from './testing/test-client.ts';

const { data, headers, continuation, rstStream, settings, ping, goAway, windowUpdate } = FrameType;
const end = Flag.endStream;
const whole = Flag.endHeaders;
function answerAtLength({ stream }: Request): void {
  stream.reply({ fields, content: Buffer.alloc(700_000), trailers }, null);
}

test('says its settings, opens its window, and acknowledges those of the client', async () => {
  using scene = new Scene();
  await scene.client.greet();
  const [first, second, third] = scene.client.frames();
  assert.equal(first!.type, settings);
  assert.equal(second!.type, windowUpdate);
  assert.equal(readUint32(second!.payload, 0), 300_000 - 65_535);
  assert.deepEqual([third!.type, third!.flags], [settings, Flag.ack]);
});

test('answers all requests of one chunk in one write', async () => {
  using scene = await Scene.greeted({}, answer);
  const requests = [1, 3, 5].flatMap((id) => [
    frame(headers, whole, id, post),
    frame(data, end, id, Buffer.from(`body ${id}`)),
  ]);
  await scene.client.send(...requests);
  assert.equal(scene.client.writes.length, 1);
  const sent = scene.client.frames();
  assert.deepEqual(
    sent.map(({ type, streamId }) => [type, streamId]),
    [1, 3, 5].flatMap((id) => [
      [headers, id],
      [data, id],
      [headers, id],
    ]),
  );
  assert.deepEqual(
    sent.filter(({ type }) => type === data).map(({ payload }) => payload.toString()),
    ['body 1', 'body 3', 'body 5'],
  );
  assert.deepEqual(
    scene.requests.map(({ closes }) => closes),
    [1, 1, 1],
  );
  assert.equal(scene.connection.size, 0);
});

test('puts blocks of header fields together, and remembers those that come again', async () => {
  using scene = await Scene.greeted();
  await scene.client.send(
    frame(headers, end, 1, post.subarray(0, 1)),
    frame(continuation, 0, 1, post.subarray(1, 2)),
    frame(continuation, whole, 1, post.subarray(2)),
  );
  const padded = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 7]), post, Buffer.alloc(2)]);
  await scene.client.send(
    frame(headers, end | whole, 3, post),
    frame(headers, end | whole | Flag.padded | Flag.priority, 5, padded),
  );
  const [first, second, third] = scene.requests;
  assert.deepEqual({ ...first!.fields }, { ':method': 'POST', ':scheme': 'http', ':path': '/' });
  assert.equal(second!.fields, first!.fields);
  assert.equal(third!.fields, first!.fields);
  assert.ok(scene.requests.every(({ isEnded }) => isEnded));
});

test('sends no more than the windows of the client allow, and the rest when they do', async () => {
  const small = setting(Setting.initialWindowSize, 10);
  using scene = await Scene.greeted({}, answer, small);
  const body = 'x'.repeat(25);
  await scene.client.send(frame(headers, whole, 1, post), frame(data, end, 1, Buffer.from(body)));
  const lengths = (): number[] =>
    scene.client
      .frames()
      .filter(({ type }) => type === data)
      .map(({ payload }) => payload.length);
  assert.deepEqual(lengths(), [10]);
  await scene.client.send(frame(windowUpdate, 0, 1, uint32(5)));
  assert.deepEqual(lengths(), [5]);
  // Below zero: nothing until what is owed has been given back.
  await scene.client.send(frame(settings, 0, 0, setting(Setting.initialWindowSize, 0)));
  await scene.client.send(frame(windowUpdate, 0, 1, uint32(10)));
  assert.deepEqual(lengths(), []);
  await scene.client.send(frame(settings, 0, 0, setting(Setting.initialWindowSize, 30)));
  const rest = scene.client.frames().filter(({ streamId }) => streamId === 1);
  assert.deepEqual(
    rest.map(({ type, payload }) => (type === data ? payload.length : type)),
    [10, headers],
  );
  assert.equal(scene.requests[0]!.closes, 1);
});

test('shares the window of the connection, in the order of waiting', async () => {
  const replyBytes = 40_000;
  using scene = await Scene.greeted({}, ({ stream }) =>
    stream.reply({ fields, content: Buffer.alloc(replyBytes), trailers }, null),
  );
  for (const id of [1, 3]) await scene.client.send(frame(headers, end | whole, id, post));
  const sentOf = (id: number): number =>
    sent
      .filter((one) => one.type === data && one.streamId === id)
      .reduce((sum, { payload }) => sum + payload.length, 0);
  let sent = scene.client.frames();
  assert.deepEqual([sentOf(1), sentOf(3)], [replyBytes, 65_535 - replyBytes]);
  await scene.client.send(frame(windowUpdate, 0, 0, uint32(100_000)));
  sent = scene.client.frames();
  assert.equal(sentOf(3), 2 * replyBytes - 65_535);
});

test('gives credit for what came, not for a paused stream', async () => {
  using scene = await Scene.greeted();
  const piece = Buffer.alloc(30_000);
  await scene.client.send(frame(headers, whole, 1, post), frame(data, 0, 1, piece));
  assert.deepEqual(scene.client.frames(), []);
  await scene.client.send(frame(data, 0, 1, piece));
  const [credit] = scene.client.frames();
  assert.deepEqual([credit!.streamId, readUint32(credit!.payload, 0)], [1, 60_000]);
  const { stream } = scene.requests[0]!;
  stream.pause();
  await scene.client.send(frame(data, 0, 1, piece), frame(data, 0, 1, piece));
  const withheld = scene.client.frames().filter(({ streamId }) => streamId === 1);
  assert.deepEqual(withheld, []);
  stream.resume();
  await nextTurn();
  assert.equal(scene.client.frames().filter(({ streamId }) => streamId === 1).length, 1);
});

test('a fault in one request resets its stream alone', async () => {
  const long = Buffer.concat([
    post,
    Buffer.from([0x00, 1, 0x61, 0x7f, 0x81, 0x0f]),
    Buffer.alloc(2048, 0x62),
  ]);
  const literal = (name: string, value: string): Buffer =>
    Buffer.concat([
      Buffer.from([0, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]);
  const withField = (name: string, value: string): Buffer =>
    Buffer.concat([post, literal(name, value)]);
  const open = frame(headers, whole, 1, post);
  const cases: [name: string, code: number, parts: Uint8Array[]][] = [
    ['no path', ErrorCode.protocolError, [frame(headers, whole, 1, post.subarray(0, 2))]],
    [
      'an upper-case name',
      ErrorCode.protocolError,
      [frame(headers, whole, 1, withField('Name', 'x'))],
    ],
    [
      'a field of a connection',
      ErrorCode.protocolError,
      [frame(headers, whole, 1, withField('connection', 'x'))],
    ],
    ['te', ErrorCode.protocolError, [frame(headers, whole, 1, withField('te', 'gzip'))]],
    [
      'an unknown pseudo-field',
      ErrorCode.protocolError,
      [frame(headers, whole, 1, withField(':x', 'x'))],
    ],
    ['a line break', ErrorCode.protocolError, [frame(headers, whole, 1, withField('x', 'a\nb'))]],
    [
      'a pseudo-field twice',
      ErrorCode.protocolError,
      [frame(headers, whole, 1, Buffer.concat([post, post]))],
    ],
    ['too many fields', ErrorCode.enhanceYourCalm, [frame(headers, whole, 1, long)]],
    [
      'less than its length',
      ErrorCode.protocolError,
      [frame(headers, whole | end, 1, withField('content-length', '5'))],
    ],
    [
      'more than its length',
      ErrorCode.protocolError,
      [
        frame(headers, whole, 1, withField('content-length', '2')),
        frame(data, end, 1, Buffer.alloc(3)),
      ],
    ],
    [
      'content behind its end',
      ErrorCode.streamClosed,
      [frame(headers, whole | end, 1, post), frame(data, 0, 1, Buffer.from('x'))],
    ],
    [
      'trailers that do not end it',
      ErrorCode.protocolError,
      [open, frame(headers, whole, 1, literal('a', 'b'))],
    ],
    [
      'pseudo-fields in trailers',
      ErrorCode.protocolError,
      [open, frame(headers, whole | end, 1, post)],
    ],
    [
      'an increment of nothing',
      ErrorCode.protocolError,
      [open, frame(windowUpdate, 0, 1, uint32(0))],
    ],
    [
      'a window too large',
      ErrorCode.flowControlError,
      [open, frame(windowUpdate, 0, 1, uint32(maxInt31))],
    ],
  ];
  for (const [name, code, parts] of cases) {
    using scene = await Scene.greeted();
    await scene.client.send(...parts);
    assert.deepEqual(scene.client.resets(), [[1, code]], name);
    assert.equal(scene.connection.size, 0, name);
    for (const { closes } of scene.requests) assert.equal(closes, 1, name);
    await scene.client.send(frame(headers, whole | end, 3, post));
    assert.equal(scene.requests.at(-1)!.stream.id, 3, `${name}: the next request`);
  }
});

test('a fault of the connection ends it with a GOAWAY that says which', async () => {
  const open = frame(headers, whole, 1, post);
  const cases: [name: string, code: number, parts: Uint8Array[]][] = [
    ['an even stream', ErrorCode.protocolError, [frame(headers, whole, 2, post)]],
    [
      'HEADERS on a stream that is over',
      ErrorCode.streamClosed,
      [frame(headers, whole | end, 3, post), frame(headers, whole, 1, post)],
    ],
    ['DATA on no stream', ErrorCode.protocolError, [frame(data, 0, 0, Buffer.from('x'))]],
    ['DATA on an idle stream', ErrorCode.protocolError, [frame(data, 0, 1, Buffer.from('x'))]],
    ['RST_STREAM on an idle stream', ErrorCode.protocolError, [frame(rstStream, 0, 1, uint32(8))]],
    [
      'WINDOW_UPDATE on an idle stream',
      ErrorCode.protocolError,
      [frame(windowUpdate, 0, 1, uint32(8))],
    ],
    [
      'a window that is too large',
      ErrorCode.flowControlError,
      [frame(windowUpdate, 0, 0, uint32(maxInt31))],
    ],
    [
      'a block that is interrupted',
      ErrorCode.protocolError,
      [frame(headers, 0, 1, post), frame(ping, 0, 0, Buffer.alloc(8))],
    ],
    [
      'DATA within a block',
      ErrorCode.protocolError,
      [open, frame(headers, 0, 3, post), frame(data, 0, 1)],
    ],
    ['CONTINUATION of no block', ErrorCode.protocolError, [frame(continuation, whole, 1, post)]],
    [
      'a block without an end',
      ErrorCode.enhanceYourCalm,
      [frame(headers, 0, 1, post), ...Array.from({ length: 70 }, () => frame(continuation, 0, 1))],
    ],
    [
      'a wrong block',
      ErrorCode.compressionError,
      [frame(headers, whole, 1, Buffer.from([0xff, 0xff]))],
    ],
    ['PUSH_PROMISE', ErrorCode.protocolError, [frame(FrameType.pushPromise, whole, 1, post)]],
    ['a ping of a wrong size', ErrorCode.frameSizeError, [frame(ping, 0, 0, Buffer.alloc(7))]],
    [
      'settings of a wrong size',
      ErrorCode.frameSizeError,
      [frame(settings, 0, 0, Buffer.alloc(5))],
    ],
    [
      'a wrong frame size',
      ErrorCode.protocolError,
      [frame(settings, 0, 0, setting(Setting.maxFrameSize, 100))],
    ],
    [
      'a wrong initial window',
      ErrorCode.flowControlError,
      [frame(settings, 0, 0, setting(Setting.initialWindowSize, 2 ** 31))],
    ],
    [
      'too many pings',
      ErrorCode.enhanceYourCalm,
      Array.from({ length: 10_500 }, () => frame(ping, 0, 0, Buffer.alloc(8))),
    ],
    [
      'too much empty content',
      ErrorCode.enhanceYourCalm,
      [open, ...Array.from({ length: 10_500 }, () => frame(data, 0, 1))],
    ],
    [
      'too many resets',
      ErrorCode.enhanceYourCalm,
      Array.from({ length: 25 }, (_, i) => [
        frame(headers, whole, 2 * i + 1, post),
        frame(rstStream, 0, 2 * i + 1, uint32(8)),
      ]).flat(),
    ],
    [
      'too many requests that have to be reset',
      ErrorCode.enhanceYourCalm,
      Array.from({ length: 25 }, (_, i) => frame(headers, whole, 2 * i + 1, post.subarray(1))),
    ],
  ];
  for (const [name, code, parts] of cases) {
    using scene = await Scene.greeted();
    await scene.client.send(...parts);
    assert.equal(scene.client.goAwayCode(), code, name);
    assert.equal(scene.failures.length, 1, name);
    assert.ok(scene.client.writableEnded, name);
    for (const { closes } of scene.requests) assert.equal(closes, 1, name);
  }
});

test('refuses streams beyond the limit, and takes more when others have ended', async () => {
  using scene = await Scene.greeted({ maxConcurrentStreams: 2 });
  await scene.client.send(...[1, 3, 5].map((id) => frame(headers, whole, id, post)));
  assert.deepEqual(scene.client.resets(), [[5, ErrorCode.refusedStream]]);
  scene.requests[0]!.stream.refuse(fields);
  await scene.client.send(frame(data, end, 1), frame(headers, whole, 7, post));
  assert.equal(scene.requests.at(-1)!.stream.id, 7);
});

test('a reply before the end of its request ends the stream without an error', async () => {
  using scene = await Scene.greeted();
  await scene.client.send(frame(headers, whole, 1, post), frame(data, 0, 1, Buffer.from('begin')));
  scene.requests[0]!.stream.refuse(fields);
  await nextTurn();
  await nextTurn();
  const sent = scene.client.frames();
  assert.deepEqual(
    sent.map(({ type }) => type),
    [headers, rstStream],
  );
  assert.equal(readUint32(sent[1]!.payload, 0), ErrorCode.noError);
  // What was on its way is ignored, trailers too.
  await scene.client.send(
    frame(data, 0, 1, Buffer.from('rest')),
    frame(headers, whole | end, 1, Buffer.from([0, 1, 97, 1, 98])),
  );
  assert.deepEqual(scene.client.frames(), []);
  assert.equal(scene.requests[0]!.closes, 1);
});

test('ends when all that the client began is answered', async () => {
  using scene = await Scene.greeted();
  await scene.client.send(frame(headers, whole | end, 1, post));
  scene.connection.end(60_000);
  await nextTurn();
  const [announced, asked] = scene.client.frames();
  assert.equal(readUint32(announced!.payload, 0), maxInt31);
  assert.equal(asked!.type, ping);
  // It was on its way.
  await scene.client.send(
    frame(headers, whole | end, 3, post),
    frame(ping, Flag.ack, 0, asked!.payload),
  );
  const [last] = scene.client.frames();
  assert.deepEqual([last!.type, readUint32(last!.payload, 0)], [goAway, 3]);
  await scene.client.send(frame(headers, whole | end, 5, post));
  assert.deepEqual(scene.client.resets(), [[5, ErrorCode.refusedStream]]);
  answer(scene.requests[0]!);
  await nextTurn();
  assert.ok(!scene.client.writableEnded);
  answer(scene.requests[1]!);
  await nextTurn();
  assert.ok(scene.client.writableEnded);
});

test('takes no request behind the end of the connection, in the chunk that ends it', async () => {
  const scene = await Scene.greeted();
  scene.connection.end(60_000);
  await nextTurn();
  const [, sent] = scene.client.frames();
  await scene.client.send(
    frame(ping, Flag.ack, 0, sent!.payload),
    frame(headers, whole | end, 1, post),
  );
  assert.equal(scene.requests.length, 0);
  scene.connection.destroy();
});

test('ignores what comes on many streams that were refused at the end', async () => {
  const scene = await Scene.greeted({ streamResetBurst: 10_000 });
  await scene.client.send(frame(headers, whole, 1, post));
  scene.connection.end(60_000);
  await nextTurn();
  const sent = scene.client.frames().find(({ type }) => type === ping);
  await scene.client.send(frame(ping, Flag.ack, 0, sent!.payload));
  const ids = Array.from({ length: 300 }, (_, i) => 3 + 2 * i);
  await scene.client.send(...ids.map((id) => frame(headers, whole, id, post)));
  await scene.client.send(...ids.map((id) => frame(data, end, id)));
  assert.deepEqual(scene.failures, []);
  assert.equal(scene.requests[0]!.closes, 0);
  scene.connection.destroy();
});

test('content beyond the window of its stream resets it', async () => {
  using scene = await Scene.greeted({ streamWindow: 120_000 });
  await scene.client.send(frame(headers, whole, 1, post));
  scene.requests[0]!.stream.pause();
  const piece = frame(data, 0, 1, Buffer.alloc(49_000));
  await scene.client.send(piece, piece, piece);
  assert.deepEqual(scene.client.resets(), [[1, ErrorCode.flowControlError]]);
  assert.equal(scene.requests[0]!.received.length, 98_000);
});

const wide = setting(Setting.initialWindowSize, maxInt31);
const wideConnection = frame(windowUpdate, 0, 0, uint32(2 ** 30));

test('does not read from a client that does not take what it is sent', async () => {
  using scene = await Scene.greeted({}, answerAtLength, wide);
  scene.client.isFull = true;
  await scene.client.send(
    wideConnection,
    ...[1, 3].map((id) => frame(headers, whole | end, id, post)),
  );
  assert.ok(scene.client.isPaused());
  assert.ok(scene.client.writableLength < 2 << 20);
  await scene.client.send(frame(headers, whole | end, 5, post));
  assert.equal(scene.requests.length, 2);
  scene.client.takeAll();
  while (scene.requests.length < 3) await nextTurn();
  assert.ok(scene.requests.slice(0, 2).every(({ closes }) => closes === 1));
});

test('gives up a connection that takes nothing at all', async () => {
  using scene = await Scene.greeted({ replyStallMs: 20 }, answerAtLength, wide);
  scene.client.isFull = true;
  await scene.client.send(
    wideConnection,
    ...[1, 3].map((id) => frame(headers, whole | end, id, post)),
  );
  await once(scene.client, 'close');
  assert.equal(scene.stalls, 1);
  assert.deepEqual(
    scene.requests.map(({ closes }) => closes),
    [1, 1],
  );
});

test('gives up a client that takes nothing of a reply', async () => {
  using scene = await Scene.greeted(
    { replyStallMs: 20 },
    undefined,
    setting(Setting.initialWindowSize, 5),
  );
  await scene.client.send(frame(headers, whole | end, 1, post));
  let taken: Error | null | undefined;
  scene.requests[0]!.stream.reply({ fields, content: Buffer.alloc(100), trailers }, (error) => {
    taken = error;
  });
  while (scene.stalls === 0) await nextTurn();
  await nextTurn();
  assert.deepEqual(scene.client.resets(), [[1, ErrorCode.cancel]]);
  assert.ok(taken instanceof Error);
  assert.equal(scene.requests[0]!.closes, 1);
});

test('tells of content when the system has taken it, and closes the stream then', async () => {
  using scene = await Scene.greeted();
  await scene.client.send(frame(headers, whole | end, 1, post));
  scene.client.isFull = true;
  const told: unknown[] = [];
  scene.requests[0]!.stream.reply({ fields, content: Buffer.alloc(30_000), trailers }, (error) =>
    told.push(error ?? 'taken'),
  );
  await nextTurn();
  assert.deepEqual(told, []);
  assert.equal(scene.requests[0]!.closes, 0);
  scene.client.takeAll();
  await nextTurn();
  assert.deepEqual(told, ['taken']);
  assert.equal(scene.requests[0]!.closes, 1);
});

test('closes a connection that says nothing', async () => {
  using scene = new Scene({ prefaceTimeoutMs: 10 });
  await once(scene.client, 'close');
  assert.equal(scene.client.goAwayCode(), ErrorCode.settingsTimeout);
});

test('a connection that breaks closes all its streams', async () => {
  const scene = await Scene.greeted();
  await scene.client.send(...[1, 3].map((id) => frame(headers, whole, id, post)));
  scene.client.destroy(new Error('broken'));
  await nextTurn();
  assert.deepEqual(
    scene.requests.map(({ closes }) => closes),
    [1, 1],
  );
  assert.deepEqual(scene.failures, ['broken']);
});
