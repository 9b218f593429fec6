import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { RestReply, RestRequest } from '../protocol/index.ts';
import { joinBytes } from '../util/index.ts';
import { randomFrom } from '../util/testing/random.ts';
import { TestRestServer } from './testing/rest-server.ts';

const connections = process.env.SERVAL_EXHAUSTIVE === undefined ? 60 : 3000;
const seed = Number(process.env.SERVAL_FUZZ_SEED ?? 11);
const largest = 4 << 20;
const atOnce = 6;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Bytes that no other tag has. */
function tagged(tag: number, length: number): Buffer {
  return Buffer.alloc(length, `${tag}:${Math.imul(tag, 2654435761) >>> 0};`);
}

/** Checks the body it gets, some of them late, and answers with bytes of its own. */
async function check({ target, body }: RestRequest): Promise<RestReply> {
  const [, tag = 0, length = 0, replyLength = 0, turns = 0] = target.split('/').map(Number);
  for (let i = 0; i < turns; i++) await turn();
  const isRight = Buffer.from(joinBytes(body)).equals(tagged(tag, length));
  return { status: isRight ? 200 : 500, headers: {}, body: tagged(tag + 1, replyLength) };
}

interface Tagged {
  readonly bytes: Buffer;
  readonly reply: Buffer;
}

function randomRequest(random: () => number, tag: number): Tagged {
  const size = (): number => Math.floor(largest ** random());
  const length = size();
  const replyLength = size();
  const body = tagged(tag, length);
  const fields = random() < 0.5 ? ['Content-Type: application/x-npy'] : [];
  const kind = random();
  let sent = body;
  if (kind < 0.2) {
    sent = gzipSync(body, { level: 1 });
    fields.push('Content-Encoding: gzip');
  }
  if (kind > 0.8) {
    fields.push('Transfer-Encoding: chunked');
    const chunks: Buffer[] = [];
    for (let at = 0; at < sent.length; ) {
      const piece = sent.subarray(at, at + 1 + Math.floor(random() * 200_000));
      chunks.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
      at += piece.length;
    }
    sent = Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
  } else {
    fields.push(`Content-Length: ${sent.length}`);
  }
  const target = `/${tag}/${length}/${replyLength}/${Math.floor(random() * 4)}`;
  const head = `POST ${target} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`;
  return { bytes: Buffer.concat([Buffer.from(head), sent]), reply: tagged(tag + 1, replyLength) };
}

/** Takes replies out of what a connection receives. @returns what is wrong with one of them */
class Replies {
  count = 0;
  wrong: string | null = null;
  readonly #expected: readonly Tagged[];
  #chunks: Buffer[] = [];
  #length = 0;
  #needed = 0;

  constructor(expected: readonly Tagged[]) {
    this.#expected = expected;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length > 0 && this.#length >= this.#needed && this.#take());
  }

  #take(): boolean {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    const headEnd = bytes.indexOf('\r\n\r\n');
    if (headEnd < 0) return false;
    const head = bytes.toString('latin1', 0, headEnd);
    const start = headEnd + 4;
    this.#needed = start + Number(/Content-Length: (\d+)/i.exec(head)![1]);
    if (bytes.length < this.#needed) return false;
    const expected = this.#expected[this.count++];
    const isRight =
      expected !== undefined &&
      head.startsWith('HTTP/1.1 200 ') &&
      bytes.subarray(start, this.#needed).equals(expected.reply);
    if (!isRight) this.wrong ??= `reply ${this.count}: ${head}`;
    this.#chunks = [bytes.subarray(this.#needed)];
    this.#length = bytes.length - this.#needed;
    this.#needed = 0;
    return true;
  }
}

/** Sends some requests, pipelined and cut anywhere, and may go before all are answered. */
async function converse(port: number, random: () => number, tag: number): Promise<string | null> {
  const requests = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, i) =>
    randomRequest(random, tag + 2 * i),
  );
  const goesEarly = random() < 0.25;
  const bytes = Buffer.concat(requests.map((request) => request.bytes));
  const end = goesEarly ? Math.floor(random() * bytes.length) : bytes.length;
  const replies = new Replies(requests);
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => replies.add(chunk));
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  const pieces = random() < 0.5 ? 1 : 20;
  for (let at = 0; at < end; ) {
    const next = Math.min(end, at + 1 + Math.floor((random() * 2 * end) / pieces));
    socket.write(bytes.subarray(at, next));
    at = next;
    await turn();
  }
  if (goesEarly) socket.resetAndDestroy();
  while (!goesEarly && replies.count < requests.length && replies.wrong === null) {
    if (socket.closed) return `closed after ${replies.count} of ${requests.length}`;
    await turn();
  }
  socket.destroy();
  await closed;
  return replies.wrong;
}

test('no request gets bytes of another, whatever was given back early', async () => {
  for (const isDirect of [false, true]) {
    await using server = await TestRestServer.start(check, {}, Number.POSITIVE_INFINITY, isDirect);
    const problems: string[] = [];
    let next = 0;
    const client = async (): Promise<void> => {
      while (next < connections && problems.length === 0) {
        const number = next++;
        const random = randomFrom(seed * 1_000_003 + number);
        const problem = await converse(server.listener.port, random, number * 20 + 1);
        if (problem !== null) problems.push(`${number}: ${problem}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, client));
    assert.deepEqual(problems, []);
    while (server.listener.connections > 0 || server.budget.used > 0) await turn();
  }
});
