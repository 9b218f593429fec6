import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Code, StatusError } from '../status/index.ts';
import { maskedCrc32c } from '../util/index.ts';
import { encodeTfRecord, readTfRecords } from './index.ts';

let folder: string;
let file: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'serval-tfrecord-'));
  file = path.join(folder, 'records');
});
after(() => rm(folder, { recursive: true }));

/** What one look at a file gave: payloads, the offset of a cut header, how it failed. */
interface Outcome {
  readonly payloads: readonly Buffer[];
  readonly cutAt: number | null;
  readonly error: StatusError | null;
}

async function read(bytes: Uint8Array | null, maxRecordBytes = 2 ** 20): Promise<Outcome> {
  if (bytes !== null) await writeFile(file, bytes);
  const payloads: Buffer[] = [];
  let cutAt: number | null = null;
  const onCutHeader = (offset: number) => {
    assert.equal(cutAt, null, 'told twice');
    cutAt = offset;
  };
  try {
    for await (const payload of readTfRecords(file, { maxRecordBytes, onCutHeader })) {
      payloads.push(Buffer.from(payload));
    }
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    return { payloads, cutAt, error };
  }
  return { payloads, cutAt, error: null };
}

/** A header whose CRC is right, whatever its length says. */
function header(length: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64LE(length);
  bytes.writeUInt32LE(maskedCrc32c(bytes.subarray(0, 8)), 8);
  return bytes;
}

const texts = ['first', '', 'third one'].map((text) => Buffer.from(text));
const framed = texts.map(encodeTfRecord);
const whole = Buffer.concat(framed);
const offsets = framed.map((_, i) => Buffer.concat(framed.slice(0, i)).length);

describe('readTfRecords', () => {
  it('gives the payloads in their order, empty ones too', async () => {
    assert.deepEqual(await read(whole), { payloads: texts, cutAt: null, error: null });
  });

  it('finds nothing in an empty file', async () => {
    assert.deepEqual(await read(new Uint8Array()), { payloads: [], cutAt: null, error: null });
  });

  it('reads records of any size, wherever they lie in the window', async () => {
    const window = 64 * 1024;
    for (const size of [
      window - 17,
      window - 16,
      window - 12,
      window - 1,
      window,
      window * 40 + 3,
    ]) {
      const payload = Buffer.alloc(size, 'abcdefg');
      const records = [Buffer.from('a'), payload, Buffer.from('b'), payload];
      const outcome = await read(Buffer.concat(records.map(encodeTfRecord)), size);
      assert.equal(outcome.error, null);
      assert.equal(outcome.payloads.length, 4);
      for (const [i, record] of records.entries()) assert.ok(outcome.payloads[i]!.equals(record));
    }
  });

  it('gives each payload memory of its own', async () => {
    await writeFile(file, whole);
    const kept: Uint8Array[] = [];
    const options = { maxRecordBytes: 100, onCutHeader: () => {} };
    for await (const payload of readTfRecords(file, options)) {
      kept.push(payload);
      payload.fill(0);
    }
    const again = await read(null);
    assert.deepEqual(again.payloads, texts);
    assert.deepEqual(
      kept.map(({ length }) => length),
      texts.map(({ length }) => length),
    );
  });

  it('says of a file cut anywhere what TensorFlow says', async () => {
    for (let cut = 0; cut < whole.length; cut++) {
      const { payloads, cutAt, error } = await read(whole.subarray(0, cut));
      const index = offsets.findLastIndex((offset) => offset <= cut);
      const offset = offsets[index]!;
      assert.deepEqual(payloads, texts.slice(0, index), `cut at ${cut}`);
      const isInHeader = cut > offset && cut < offset + 12;
      assert.equal(cutAt, isInHeader ? offset : null, `cut at ${cut}`);
      if (cut < offset + 12) assert.equal(error, null, `cut at ${cut}`);
      else {
        const text = `truncated record at ${offset}' failed with Read less bytes than requested`;
        assert.equal(error?.toString(), `DATA_LOSS: ${text}`, `cut at ${cut}`);
      }
    }
  });

  it('notices every flipped bit', async () => {
    for (let i = 0; i < whole.length; i++) {
      const index = offsets.findLastIndex((offset) => offset <= i);
      const offset = offsets[index]!;
      const checked = i < offset + 12 ? offset : offset + 12;
      const hint = checked === 0 ? ' (Is this even a TFRecord file?)' : '';
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(whole);
        flipped[i]! ^= 1 << bit;
        const { payloads, error } = await read(flipped);
        assert.deepEqual(payloads, texts.slice(0, index));
        assert.equal(error?.toString(), `DATA_LOSS: corrupted record at ${checked}${hint}`);
      }
    }
  });

  it('refuses a record over the limit before reading it', async () => {
    assert.equal((await read(encodeTfRecord(Buffer.alloc(100)), 100)).error, null);
    const { payloads, error } = await read(
      Buffer.concat([framed[0]!, encodeTfRecord(Buffer.alloc(101))]),
      100,
    );
    assert.deepEqual(payloads, [texts[0]]);
    assert.equal(
      error?.toString(),
      `RESOURCE_EXHAUSTED: The record at 21 of ${file} has 101 bytes, more than the limit of 100`,
    );
    const most = await read(header(2n ** 64n - 1n), Number.MAX_SAFE_INTEGER);
    assert.equal(most.error?.code, Code.RESOURCE_EXHAUSTED);
    assert.match(most.error.message, /has 18446744073709551615 bytes/);
  });

  it('sets no memory aside for what a length only claims', async () => {
    const { error } = await read(
      Buffer.concat([header(2n ** 52n), Buffer.alloc(70_000)]),
      Number.MAX_SAFE_INTEGER,
    );
    assert.equal(error?.code, Code.DATA_LOSS);
    assert.match(error.message, /^truncated record at 0'/);
  });

  it('says why a file cannot be read', async () => {
    const options = { maxRecordBytes: 1, onCutHeader: () => {} };
    const next = (name: string) => readTfRecords(name, options).next();
    await assert.rejects(next(path.join(folder, 'none')), {
      code: Code.NOT_FOUND,
      message: `${path.join(folder, 'none')}; No such file or directory`,
    });
    await assert.rejects(next(folder), {
      code: Code.FAILED_PRECONDITION,
      message: `${folder}; Is a directory`,
    });
  });

  it('closes the file at the end, after an error, and when the reader leaves early', async () => {
    const descriptors = async () => (await readdir('/dev/fd')).length;
    const before = await descriptors();
    await read(whole);
    await read(whole.subarray(0, 30));
    await writeFile(file, whole);
    const options = { maxRecordBytes: 100, onCutHeader: () => {} };
    for await (const payload of readTfRecords(file, options)) {
      assert.equal(await descriptors(), before + 1);
      assert.deepEqual(payload, texts[0]);
      break;
    }
    assert.equal(await descriptors(), before);
  });
});
