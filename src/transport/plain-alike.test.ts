import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RestReply, RestRequest } from '../protocol/index.ts';
import { joinBytes } from '../util/index.ts';
import { randomFrom } from '../util/testing/random.ts';
import { RawClient } from './testing/raw-client.ts';
import { TestRestServer } from './testing/rest-server.ts';

const rounds = process.env.SERVAL_EXHAUSTIVE === undefined ? 400 : 40_000;
const seed = Number(process.env.SERVAL_FUZZ_SEED ?? 7);

/** Header fields that a handler reads, and some that only this test's does. */
const seen = [
  'accept',
  'content-type',
  'content-encoding',
  'x-request-id',
  'host',
  'cookie',
  'x-a',
];

/** Tells all that it understood; at once, as what a client that has ended gets depends on it. */
function describeRequest({ method, target, body, headers }: RestRequest): RestReply {
  const text = Buffer.from(joinBytes(body)).toString('latin1');
  const fields = seen.map((name) => headers[name] ?? null);
  const description = JSON.stringify([method, target, text.length, text.slice(0, 60), fields]);
  return { status: 200, headers: {}, body: `<${description}>` };
}

/** A request that is never plain, which brings its connection to `node:http`. */
const toNode = 'PUT /to-node HTTP/1.1\r\nContent-Length: 0\r\n\r\n';

type Pick = <T>(values: readonly T[]) => T;

const lineEnds = ['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n'];
const methods = [
  ...['GET', 'POST', 'GET', 'POST', 'GET', 'POST', 'PUT', 'HEAD', 'get', 'OPTIONS', 'DELETE'],
  ...['GETT', 'POS', '', ' GET', 'CONNECT', 'PRI', '\0GET', 'M-SEARCH'],
];
const targets = [
  ...['/', '/v1/models/a:predict', '/x?y=1&z', '/%41%zz', '/a"b<c>{}|\\^`', '//x', '/a#b', '*'],
  ...['http://host/abs', 'host:80', '/caf\xe9', '/nul\0', '/a b', '/tab\tx', '/x'.repeat(300), ''],
  ...['/\x7f', '/a\r', '?', '/v1/models/b'],
];
const versions = [
  ...['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'],
  ...['HTTP/1.2', 'HTTP/2.0', 'HTTP/0.9', 'http/1.1', 'HTTP/1.10', 'HTTP/1.1 ', 'HTTP/ 1.1', ''],
];
const odd = [
  ...['X-A: 1', 'X-A: 2', 'x-a:3', 'X-A:', 'X-A: \t', 'X-A : 4', ' X-A: 5', 'X-A', ': 6', 'X A: 7'],
  ...['X-A: a\0b', 'X-A: \xff\xfe', 'X-A: a\x01b', 'X-A: a\x7fb', 'X-A: \tb\t', 'X-\xe9: 1'],
  ...[
    'X-A: 1\r\n folded',
    'X-A: 1\r\n\tfolded',
    'X-A: a\rb',
    'X-A: a\nX-B: c',
    'X-A: a\r\r\nX-B: c',
  ],
  ...['Host: a', 'Host: b', 'Cookie: a=1', 'Cookie: b=2', 'X-Request-Id: q', 'Set-Cookie: x'],
  ...['Accept: */*', 'Content-Type: application/json', 'Content-Type: application/x-npy'],
  ...['Content-Type: text/plain', '__proto__: 1', 'constructor: 2', 'toString: 3', 'Date: now'],
  ...[
    'Connection: close',
    'Connection: keep-alive',
    'connection: Keep-Alive',
    'Connection: close, x',
  ],
  ...['Connection: upgrade', 'Upgrade: h2c', 'Upgrade: websocket', 'HTTP2-Settings: AAMAAABk'],
  ...['Connection: Upgrade, HTTP2-Settings', 'Connection:', 'Connection: x-a', 'Keep-Alive: 1'],
  ...['Proxy-Connection: close', 'TE: trailers', 'Trailer: X-T', 'Expect: 100-continue'],
  ...['Expect: 200-ok', 'Expect:', 'Content-Encoding: identity', 'Content-Encoding: br'],
  ...[
    'X-A: {}',
    '{}: x',
    '"x": y',
    'X-A: ,,,',
    'X-HTTP-Method-Override: DELETE',
    'Range: bytes=0-',
  ],
];
const transferEncodings = [
  ...['chunked', 'chunked', 'chunked', 'Chunked', 'identity', 'gzip, chunked', 'chunked, identity'],
  ...[
    'chunked, chunked',
    '\tchunked',
    'chunked ',
    'x',
    '',
    '"chunked"',
    'chunked;q=1',
    ' ,chunked',
  ],
];

/** How often a length is told, and how. */
function lengthFields(pick: Pick, length: number): string[] {
  const right = `Content-Length: ${length}`;
  return pick<readonly string[]>([
    ...Array.from({ length: 12 }, () => [right]),
    [],
    [right, right],
    [right, `Content-Length: ${length + 1}`],
    [`content-length:${length}`],
    [`Content-Length : ${length}`],
    [` Content-Length: ${length}`],
    [`Content-Length: 0${length}`],
    [`Content-Length: +${length}`],
    [`Content-Length: -${length}`],
    [`Content-Length: 0x${length}`],
    [`Content-Length: ${length} `],
    [`Content-Length:\t${length}`],
    [`Content-Length: ${length},${length}`],
    [`Content-Length: ${length}.0`],
    [`Content-Length: ${length}e0`],
    [`Content-Length: ${length} ${length}`],
    [`Content-Length: 00000000000000000000${length}`],
    ['Content-Length: 18446744073709551616'],
    ['Content-Length: 9999999999'],
    ['Content-Length: 99999'],
    ['Content-Length:'],
    ['Content-Length: \x00'],
    [`Content-Length:\x0b${length}`],
    [`Content_Length: ${length}`],
    [`Content-Length\0: ${length}`],
    [`Content-Length: ${Math.max(0, length - 1)}`],
    [`Content-Length: ${length + 3}`],
  ]) as string[];
}

function chunked(pick: Pick, body: string): string {
  const extension = pick(['', '', '', ';a', ';a=b', ' ;a="b"', ';\x01', ' ', ';a=\xff']);
  const size = pick([
    ...[body.length.toString(16), body.length.toString(16), body.length.toString(16)],
    ...[`0${body.length.toString(16)}`, `0x${body.length.toString(16)}`, `+${body.length}`, '-1'],
    ...['FFFFFFFFFFFFFFFFF', ' 1', 'g', ''],
  ]);
  const eol = pick(lineEnds);
  const last = pick([
    '0\r\n\r\n',
    '0\r\n\r\n',
    '0\r\n\r\n',
    '0\r\nX-T: 1\r\n\r\n',
    '00\r\n\r\n',
    '0\n\n',
  ]);
  return `${body.length > 0 ? `${size}${extension}${eol}${body}${pick(lineEnds)}` : ''}${last}`;
}

function randomRequest(random: () => number): string {
  const pick: Pick = (values) => values[Math.floor(random() * values.length)]!;
  const isOdd = random() < 0.5;
  const method = isOdd ? pick(methods) : pick(['GET', 'POST', 'POST', 'POST']);
  const target = isOdd ? pick(targets) : pick(['/', '/v1/models/a:predict']);
  const version = isOdd ? pick(versions) : 'HTTP/1.1';
  const body = pick([
    '',
    'a',
    '{"instances":[1]}',
    'GET /smuggled HTTP/1.1\r\n\r\n',
    '\r\n\r\n',
    '\0\xff',
  ]);
  const lines = [`${method} ${target} ${version}`];
  const isChunked = random() < 0.2;
  if (isChunked) lines.push(`Transfer-Encoding: ${pick(transferEncodings)}`);
  if (isChunked ? random() < 0.2 : method !== 'GET' || random() < 0.1) {
    lines.push(...(isOdd ? lengthFields(pick, body.length) : [`Content-Length: ${body.length}`]));
  }
  for (let more = Math.floor(random() * 4); more > 0; more--) {
    if (isOdd) lines.splice(1 + Math.floor(random() * lines.length), 0, pick(odd));
    else lines.push(pick(['Host: a', 'Accept: */*', 'X-A: 1', 'Connection: keep-alive']));
  }
  const isPlainEnd = random() < 0.9;
  const eol = () => (isPlainEnd ? '\r\n' : pick(lineEnds));
  const head = `${lines.map((line) => `${line}${eol()}`).join('')}${eol()}`;
  return `${head}${isChunked ? chunked(pick, body) : body}`;
}

/** Bytes of one connection; what is in it is mostly right, so that it comes to the end. */
function randomBytes(random: () => number): string {
  const requests = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
    randomRequest(random),
  );
  let bytes = requests.join(random() < 0.05 ? '\r\n' : '');
  if (random() < 0.15) {
    const at = Math.floor(random() * bytes.length);
    const letter = random() < 0.5 ? '' : String.fromCharCode(Math.floor(random() * 256));
    bytes = bytes.slice(0, at) + letter + bytes.slice(at + 1);
  }
  return bytes;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** All that comes back for these pieces, followed by the end of what the client has to say. */
async function answers(port: number, pieces: readonly string[]): Promise<string> {
  using client = await RawClient.connect(port);
  client.socket.setNoDelay();
  for (const piece of pieces) {
    client.write(Buffer.from(piece, 'latin1'));
    await turn();
    await turn();
  }
  client.socket.end();
  const received = (await client.untilClosed()).replace(/: \w{3}, [^\r]* GMT/g, '');
  // Whether anybody still looks at what comes behind the last request depends on when it comes.
  return received.replace(/HTTP\/1\.1 400 [^{]*{[^{]*Data after `Connection: close`"\n}$/, '');
}

function cut(bytes: string, random: () => number): string[] {
  const cuts = Array.from({ length: Math.floor(random() * 4) }, () =>
    Math.floor(random() * bytes.length),
  ).sort((a, b) => a - b);
  return [0, ...cuts]
    .map((from, i) => bytes.slice(from, cuts[i] ?? bytes.length))
    .filter((piece) => piece !== '');
}

for (const isDirect of [false, true]) {
  describe(isDirect ? 'on a socket that is read directly' : 'on a socket of a server', () => {
    const start = () =>
      TestRestServer.start(describeRequest, {}, Number.POSITIVE_INFINITY, isDirect);

    test('whatever comes is answered as node:http answers it', async () => {
      await using server = await start();
      const { port } = server.listener;
      const random = randomFrom(seed + (isDirect ? 1 : 0));
      let served = 0;
      for (let i = 0; i < rounds; i++) {
        const bytes = randomBytes(random);
        const prefix = await answers(port, [toNode]);
        const expected = await answers(port, [toNode + bytes]);
        assert.ok(
          expected.startsWith(prefix),
          `${i}: ${JSON.stringify([bytes, prefix, expected])}`,
        );
        const got = await answers(port, cut(bytes, random));
        assert.equal(got, expected.slice(prefix.length), `${i}: ${JSON.stringify(bytes)}`);
        if (!got.includes('HTTP/1.1 400')) served++;
      }
      assert.ok(served > rounds / 10 && served < rounds * 0.9, `${served} of ${rounds}`);
      assert.equal(server.budget.used, 0);
    });

    test('a connection may leave for node:http at any byte', async () => {
      await using server = await start();
      const { port } = server.listener;
      const prefix = await answers(port, [toNode]);
      const plain = 'POST /a HTTP/1.1\r\nContent-Length: 3\r\nX-A: 1\r\n\r\nabc';
      const chunks =
        'POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\n\r\n';
      for (const bytes of [
        plain + chunks + plain,
        plain + plain + plain,
        `${chunks}GET /c HTTP/1.1\r\nConnection: close\r\n\r\n`,
        `${plain}GET /d HTTP/1.0\r\n\r\n`,
        `${plain}POST /e HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
        `${plain}GET /f HTTP/1.1\r\nX-A : 1\r\n\r\n${plain}`,
        `${plain}GET /g HTTP/1.1\nX-A: 1\n\n`,
        `${plain}POST /h HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc${plain}`,
      ]) {
        const expected = (await answers(port, [toNode + bytes])).slice(prefix.length);
        for (let at = 0; at <= bytes.length; at++) {
          const pieces = [bytes.slice(0, at), bytes.slice(at)].filter((piece) => piece !== '');
          assert.equal(await answers(port, pieces), expected, JSON.stringify(pieces));
        }
      }
      assert.equal(server.budget.used, 0);
    });
  });
}
