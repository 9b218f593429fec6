import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { duplexPair } from 'node:stream';
import { describe, test } from 'node:test';
import { mostPlainHeadBytes, PlainHead, readPlainHead } from './plain-head.ts';

function read(text: string, limit = mostPlainHeadBytes): PlainHead | 'incomplete' | null {
  return readPlainHead(Buffer.from(text, 'latin1'), limit);
}

function plain(text: string): PlainHead {
  const head = read(text);
  assert.ok(head instanceof PlainHead, text);
  return head;
}

const line = 'POST /v1/models/m:predict HTTP/1.1\r\n';

describe('readPlainHead', () => {
  test('reads the request line, the length of the body, and the fields when they are asked for', () => {
    const text = `${line}Host: a:80\r\nX-Request-Id:\t id 7 \t\r\ncontent-LENGTH: 12\r\nEmpty:\r\nConnection: Keep-Alive\r\n\r\n`;
    const head = plain(`${text}the body \r\n\r\n`);
    assert.equal(head.method, 'POST');
    assert.equal(head.target, '/v1/models/m:predict');
    assert.equal(head.bodyLength, 12);
    assert.equal(head.length, text.length);
    assert.deepEqual(head.fields, {
      host: 'a:80',
      'x-request-id': 'id 7',
      'content-length': '12',
      empty: '',
      connection: 'Keep-Alive',
    });
    const get = plain('GET /v1/models/m HTTP/1.1\r\n\r\n');
    assert.deepEqual([get.method, get.bodyLength, get.fields], ['GET', 0, {}]);
  });

  test('waits for the end of what may become plain, up to the limit', () => {
    const text = `${line}Content-Length: 2\r\n\r\n`;
    for (let i = 0; i < text.length; i++) {
      assert.equal(read(text.slice(0, i)), 'incomplete', `${i} bytes`);
    }
    assert.ok(read(text, text.length) instanceof PlainHead);
    assert.equal(read(text, text.length - 1), null);
    assert.equal(read(text.slice(0, 30), 30), null);
  });

  test('leaves everything else to others', () => {
    for (const text of [
      'PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
      'PRI * HTTP/2.0',
      '\r\nGET / HTTP/1.1\r\n\r\n',
      'GET * HTTP/1.1\r\n\r\n',
      'GET http://a/ HTTP/1.1\r\n\r\n',
      'GET / HTTP/1.0\r\n\r\n',
      'GET /\x7f HTTP/1.1\r\n\r\n',
      'GET /ä HTTP/1.1\r\n\r\n',
      'GET  / HTTP/1.1\r\n\r\n',
      'GET / HTTP/1.1\nHost: a\r\n\r\n',
      'GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
      `${line}Host: a\r\n\r\n`,
    ]) {
      assert.equal(read(text), null, JSON.stringify(text));
    }
    for (const field of [
      'Content-Length: 1',
      'Content-Length: +1',
      'Content-Length:',
      'Content-Length: 1 ',
      'Content-Length: 1,1',
      'Content-Length: 0x1',
      'Content-Length: 1234567890',
      'Transfer-Encoding: chunked',
      'transfer-encoding: identity',
      'Content-Encoding: gzip',
      'Expect: 100-continue',
      'Connection: close',
      'Connection: upgrade',
      'Connection: keep-alive, close',
      'Upgrade: h2c',
      'Proxy-Connection: close',
      'Trailer: x',
      'Name : a',
      ' folded',
      ': no name',
      'no colon',
      'Name: \x01',
      'Name: \xff',
      'Name: a\nOther: b',
      'Name: a\rOther: b',
      'Näme: a',
    ]) {
      assert.equal(read(`${line}Content-Length: 1\r\n${field}\r\n\r\n`), null, field);
      assert.equal(
        read(`${line}${field}\r\nHost: a\r\n\r\n`) instanceof PlainHead,
        field === 'Content-Length: 1',
      );
    }
  });
});

test('a head is recognized at the start of the next request, and only there', () => {
  const text = `${line}Content-Length: 2\r\n\r\n`;
  const head = plain(text);
  assert.ok(head.isAtStartOf(Buffer.from(`${text}ab`)));
  assert.ok(!head.isAtStartOf(Buffer.from(text.slice(0, -1))));
  assert.ok(!head.isAtStartOf(Buffer.from(text.replace('2', '3'))));
  assert.ok(!head.isAtStartOf(Buffer.from(` ${text}`)));
});

test('what is read as plain is the same to node:http', async () => {
  const pieces = {
    lines: [
      'POST / HTTP/1.1',
      'POST /a%20b?c=d#e HTTP/1.1',
      'GET /"<>\\^`{|} HTTP/1.1',
      'GET / HTTP/1.0',
    ],
    fields: [
      ...[
        'Host: a',
        'host: b',
        'HOST:',
        'Cookie: a=1',
        'cookie: b=2',
        'X-A: 1',
        'x-a:\t2 ',
        'User-Agent: x',
      ],
      ...[
        'User-Agent: y',
        'Content-Type: a/b',
        'Set-Cookie: q',
        'set-cookie: r',
        'Content-Length: 0',
      ],
      ...[
        'Content-Length: 3',
        'Connection: keep-alive',
        'Connection: close',
        "!#$%&'*+-.^_`|~: ~",
        '__proto__: z',
      ],
      ...[
        'Accept: */*',
        'TE: trailers',
        'Keep-Alive: 5',
        'a:b:c',
        'Bad\x00: 1',
        'Very bad: 1',
        'X: \x80',
      ],
    ],
  };
  let seed = 1;
  const pick = <T>(from: readonly T[]): T => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return from[(seed >>> 8) % from.length]!;
  };
  let plainCount = 0;
  for (let round = 0; round < 2000; round++) {
    const fields = Array.from({ length: round % 6 }, () => pick(pieces.fields));
    const text = [pick(pieces.lines), ...fields, '', ''].join('\r\n');
    const head = read(text);
    if (!(head instanceof PlainHead)) continue;
    plainCount++;
    const { method, url, headers } = await parsedByNode(`${text}${'x'.repeat(head.bodyLength)}`);
    assert.deepEqual([head.method, head.target], [method, url], text);
    assert.deepEqual({ ...head.fields }, { ...headers }, text);
    assert.equal(head.bodyLength, Number(headers['content-length'] ?? 0), text);
    assert.equal(head.length, text.length);
  }
  assert.ok(plainCount > 100, `${plainCount} plain heads`);
});

async function parsedByNode(text: string): Promise<IncomingMessage> {
  const server = createServer({ requireHostHeader: false });
  server.on('clientError', (error) => server.emit('request', error));
  const [ours, theirs] = duplexPair();
  server.emit('connection', theirs);
  ours.write(text, 'latin1');
  const [request] = await once(server, 'request');
  ours.destroy();
  theirs.destroy();
  if (request instanceof Error) throw request;
  return request as IncomingMessage;
}
