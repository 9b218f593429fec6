import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ByteBudget } from '../util/index.ts';
import { acceptsGzip, compressReply } from './compress-reply.ts';

const headers = Object.freeze({ 'Content-Type': 'application/json' });
const text = (length: number) => '[0.25, 1.5]'.repeat(Math.ceil(length / 11)).slice(0, length);

describe('compressReply', () => {
  for (const length of [1024, 16 << 10, (16 << 10) + 1, 1 << 20]) {
    for (const kind of ['text', 'bytes'] as const) {
      it(`compresses ${kind} of ${length} bytes`, async () => {
        const budget = new ByteBudget(Number.POSITIVE_INFINITY);
        const body = kind === 'text' ? text(length) : Buffer.from(text(length));
        const reply = compressReply({ status: 200, headers, body }, 'gzip', budget);
        assert.equal(reply instanceof Promise, length > 16 << 10);
        const result = await reply;
        assert.deepEqual(result.headers, {
          'Content-Type': 'application/json',
          'Content-Encoding': 'gzip',
          Vary: 'Accept-Encoding',
        });
        assert.equal(gunzipSync(result.body as Uint8Array).toString(), text(length));
        assert.equal(budget.used, 0);
      });
    }
  }

  it('leaves short replies, and those that nobody wants compressed, as they are', () => {
    const budget = new ByteBudget(0);
    for (const [length, field] of [
      [1023, 'gzip'],
      [1 << 20, undefined],
      [1 << 20, 'identity'],
    ] as const) {
      const reply = { status: 200, headers, body: text(length) };
      assert.equal(compressReply(reply, field, budget), reply);
    }
  });
});

describe('acceptsGzip', () => {
  const cases: [field: string | string[] | undefined, accepts: boolean][] = [
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP', true],
    ['x-gzip', true],
    ['gzip, deflate, br', true],
    ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
    ['gzip;q=0', false],
    ['gzip; q=0.000', false],
    ['gzip;q=0.001', true],
    ['*', true],
    ['*;q=0', false],
    ['*, gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['deflate', false],
    [['deflate', 'gzip'], true],
  ];
  for (const [field, accepts] of cases) {
    it(`${accepts ? 'takes' : 'does not take'} ${JSON.stringify(field)}`, () => {
      assert.equal(acceptsGzip(field), accepts);
    });
  }
});
