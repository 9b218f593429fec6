import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { ByteBudget, ByteShare, inflate } from './index.ts';

const compressors = { gzip: gzipSync, deflate: deflateSync } as const;
const formats = ['gzip', 'deflate'] as const;

function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i += 1) bytes[i] = (i * 7) ^ (i >> 9);
  return bytes;
}

test('inflates every size and takes its length from the budget', async () => {
  for (const format of formats) {
    for (const size of [0, 1, 60_000, 70_000, 300_000, 20_000_000]) {
      const budget = new ByteBudget(1e9);
      const share = new ByteShare(budget);
      const content = pattern(size);
      const inflated = await inflate(compressors[format](content), format, 1e9, share);
      assert.ok(typeof inflated !== 'string');
      assert.ok(content.equals(inflated), `${format} ${size}`);
      assert.equal(budget.used, size);
    }
  }
});

test('says why it fails, and leaves nothing taken', async () => {
  const zeros = (size: number): Buffer => Buffer.alloc(size);
  for (const format of formats) {
    const compress = compressors[format];
    const cases = [
      { name: 'empty', bytes: Buffer.alloc(0), failure: 'corrupt' },
      { name: 'not compressed', bytes: Buffer.from('plain text'), failure: 'corrupt' },
      { name: 'cut, small', bytes: compress(pattern(500)).subarray(0, 100), failure: 'corrupt' },
      {
        name: 'cut, large',
        bytes: compress(pattern(3_000_000)).subarray(0, -30),
        failure: 'corrupt',
      },
      { name: 'one byte too large', bytes: compress(zeros(1001)), max: 1000, failure: 'too-large' },
      { name: 'a bomb', bytes: compress(zeros(80_000_000)), max: 1e6, failure: 'too-large' },
      { name: 'a small bomb', bytes: compress(zeros(5_000_000)), max: 1000, failure: 'too-large' },
      { name: 'over budget, small', bytes: compress(zeros(30_000)), failure: 'over-budget' },
      { name: 'over budget, large', bytes: compress(zeros(9_000_000)), failure: 'over-budget' },
    ];
    for (const { name, bytes, max = 1e9, failure } of cases) {
      const budget = new ByteBudget(failure === 'over-budget' ? 20_000 : 1e9);
      const share = new ByteShare(budget);
      assert.equal(await inflate(bytes, format, max, share), failure, `${format}: ${name}`);
      assert.equal(budget.used, 0, `${format}: ${name}`);
    }
  }
});

test('accepts exactly the limit', async () => {
  for (const size of [1000, 2_000_000]) {
    const share = new ByteShare(new ByteBudget(size));
    const inflated = await inflate(gzipSync(pattern(size)), 'gzip', size, share);
    assert.ok(typeof inflated !== 'string');
    assert.equal(inflated.length, size);
  }
});
