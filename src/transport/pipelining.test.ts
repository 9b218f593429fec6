import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RestReply, RestRequest } from '../protocol/index.ts';
import { RawClient } from './testing/raw-client.ts';
import { TestRestServer } from './testing/rest-server.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** So many turns that what was sent would have been read, if it were read. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

const get = (target: string): string => `GET ${target} HTTP/1.1\r\n\r\n`;
/** Brings a connection to `node:http`. */
const toNode = 'PUT /to-node HTTP/1.1\r\nContent-Length: 0\r\n\r\n';

/** A handler that answers when it is told to. */
class Asked {
  readonly targets: string[] = [];
  readonly #waiting: (() => void)[] = [];
  #isOpen = false;

  readonly handler = ({ target }: RestRequest): RestReply | Promise<RestReply> => {
    const reply = { status: 200, headers: {}, body: `<${target}>` };
    if (target === '/to-node') return reply;
    this.targets.push(target);
    if (this.#isOpen) return reply;
    return new Promise((resolve) => this.#waiting.push(() => resolve(reply)));
  };

  /** Answers all requests, those to come too. */
  open(): void {
    this.#isOpen = true;
    for (const answer of this.#waiting) answer();
  }
}

for (const isDirect of [false, true]) {
  describe(isDirect ? 'on a socket that is read directly' : 'on a socket of a server', () => {
    for (const [reader, prefix] of [
      ['here', ''],
      ['by node:http', toNode],
    ] as const) {
      test(`requests read ${reader} are held back while too many wait, and none is lost`, async () => {
        const asked = new Asked();
        await using server = await TestRestServer.start(
          asked.handler,
          {},
          Number.POSITIVE_INFINITY,
          isDirect,
        );
        using client = await RawClient.connect(server.listener.port);
        client.socket.setNoDelay();
        client.write(prefix);
        if (prefix !== '') await client.until(/<.to-node>$/);
        const total = 400;
        for (let i = 0; i < total; i++) {
          client.write(get(`/${i}`));
          await turns(3);
        }
        await turns(50);
        assert.ok(
          asked.targets.length >= 64 && asked.targets.length < 100,
          `${asked.targets.length}`,
        );
        asked.open();
        await client.until(new RegExp(`</${total - 1}>$`));
        const expected = Array.from({ length: total }, (_, i) => `</${i}>`);
        assert.deepEqual(client.received.match(/<\/\d+>/g), expected);
      });
    }

    test('many requests in one write are answered in order', async () => {
      const asked = new Asked();
      await using server = await TestRestServer.start(
        asked.handler,
        {},
        Number.POSITIVE_INFINITY,
        isDirect,
      );
      using client = await RawClient.connect(server.listener.port);
      const total = 20_000;
      const expected = Array.from({ length: total }, (_, i) => `/${i}`);
      client.write(expected.map(get).join(''));
      while (asked.targets.length < 64) await turn();
      await turns(50);
      assert.ok(asked.targets.length < total / 2, `${asked.targets.length}`);
      asked.open();
      await client.until(new RegExp(`</${total - 1}>$`));
      assert.deepEqual(asked.targets, expected);
      assert.deepEqual(
        client.received.match(/<.*?>/g)?.map((text) => text.slice(1, -1)),
        expected,
      );
    });

    test('replies that wait for one before them are bounded and count against the budget', async () => {
      let answer: () => void = () => {};
      let handled = 0;
      const large = Buffer.alloc(1 << 20, 'x');
      await using server = await TestRestServer.start(
        ({ target }) => {
          handled += 1;
          const reply = { status: 200, headers: {}, body: Buffer.from(large) };
          if (target !== '/slow') return reply;
          return new Promise((resolve) => {
            answer = () => resolve({ ...reply, body: 'slow' });
          });
        },
        {},
        Number.POSITIVE_INFINITY,
        isDirect,
      );
      using client = await RawClient.connect(server.listener.port);
      client.socket.setNoDelay();
      const total = 20;
      for (let i = 0; i < total; i++) {
        client.write(get(i === 0 ? '/slow' : '/'));
        await turns(5);
      }
      assert.ok(handled < 4, `${handled} handled`);
      assert.equal(server.budget.used, (handled - 1) * large.length);
      answer();
      client.write('GET / HTTP/1.1\r\nConnection: close\r\n\r\n');
      const bodies = (await client.untilClosed())
        .split(/HTTP\/1\.1 200 OK\r\n[^x]*?\r\n\r\n/)
        .slice(1);
      assert.equal(bodies.length, total + 1);
      assert.equal(bodies[0], 'slow');
      assert.ok(bodies.slice(1).every((body) => body === large.toString()));
    });

    test('replies that wait leave nothing behind when their client goes', async () => {
      await using server = await TestRestServer.start(
        ({ target }) =>
          target === '/slow'
            ? new Promise(() => {})
            : { status: 200, headers: {}, body: Buffer.alloc(1 << 20) },
        {},
        Number.POSITIVE_INFINITY,
        isDirect,
      );
      using client = await RawClient.connect(server.listener.port);
      client.socket.setNoDelay();
      client.write(get('/slow'));
      await turns(10);
      client.write(get('/'));
      while (server.budget.used === 0) await turn();
      const stopped = server.listener.stop(1);
      await stopped;
      assert.equal(server.budget.used, 0);
    });

    for (const [reader, prefix] of [
      ['here', ''],
      ['by node:http', toNode],
    ] as const) {
      test(`small replies to requests read ${reader} have to be taken in time, too`, async () => {
        let handled = 0;
        const body = Buffer.alloc(15_000, 'x');
        await using server = await TestRestServer.start(
          ({ target }) => {
            handled += 1;
            return {
              status: 200,
              headers: target === '/last' ? { Connection: 'close' } : {},
              body,
            };
          },
          { replyStallMs: 50 },
          Number.POSITIVE_INFINITY,
          isDirect,
        );
        using client = await RawClient.connect(server.listener.port);
        client.write(prefix);
        if (prefix !== '') await client.until(/x$/);
        client.socket.pause();
        const { listener } = server;
        do {
          const before = handled;
          client.write(get('/'));
          while (handled === before && listener.connections > 0) await turn();
        } while (listener.connections > 0);
        assert.equal(server.refusals.counts.reply_timeout, 1);
      });
    }
  });
}

test('what comes behind a malformed request is not looked at', async () => {
  const asked = new Asked();
  await using server = await TestRestServer.start(asked.handler);
  using client = await RawClient.connect(server.listener.port);
  client.socket.setNoDelay();
  client.write(`${toNode}${get('/1')}\0`);
  while (asked.targets.length === 0) await turn();
  for (let i = 0; i < 10; i++) {
    client.write(get(`/${i}`));
    await turns(3);
  }
  asked.open();
  assert.match(await client.untilClosed(), /<\/1>HTTP\/1\.1 400 [^<]*$/);
  assert.deepEqual(asked.targets, ['/1']);
  assert.equal(server.refusals.counts.malformed, 1);
});
