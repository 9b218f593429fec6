import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Code } from '../status/index.ts';
import { encodeTfRecord, readTfRecords, TfRecordWriter } from './index.ts';

let folder: string;
let file: string;
let files = 0;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'serval-tfrecord-'));
});
after(() => rm(folder, { recursive: true }));

const newFile = () => {
  file = path.join(folder, `records-${files++}`);
  return file;
};

async function payloads(): Promise<string[]> {
  const all: string[] = [];
  const options = { maxRecordBytes: 2 ** 20, onCutHeader: () => assert.fail('a cut header') };
  for await (const payload of readTfRecords(file, options))
    all.push(Buffer.from(payload).toString());
  return all;
}

describe('encodeTfRecord', () => {
  it('frames a payload as TensorFlow does', () => {
    assert.equal(
      Buffer.from(encodeTfRecord(Buffer.from('hello'))).toString('hex'),
      '0500000000000000eab2043e68656c6c6fbb1f1c19',
    );
  });

  it('takes a view of other memory for what it shows', () => {
    const outer = Buffer.from('oh hello there');
    assert.deepEqual(
      encodeTfRecord(outer.subarray(3, 8)),
      encodeTfRecord(new TextEncoder().encode('hello')),
    );
  });
});

describe('TfRecordWriter', () => {
  it('makes the file, and appends to what is there', async () => {
    const first = await TfRecordWriter.open(newFile());
    await first.write(Buffer.from('hello'));
    await first.write(new Uint8Array());
    await first.close();
    assert.deepEqual(
      await readFile(file),
      Buffer.concat([encodeTfRecord(Buffer.from('hello')), encodeTfRecord(Buffer.alloc(0))]),
    );
    const second = await TfRecordWriter.open(file);
    await second.write(Buffer.from('again'));
    await second.close();
    assert.deepEqual(await payloads(), ['hello', '', 'again']);
  });

  it('keeps the order of calls that nobody waited for, and closes after them', async () => {
    const writer = await TfRecordWriter.open(newFile());
    const texts = Array.from({ length: 200 }, (_, i) => `${i}`.repeat((i * 37) % 500));
    const payload = Buffer.alloc(2000);
    const writes = texts.map((text) => writer.write(payload.subarray(0, payload.write(text))));
    await Promise.all([writer.close(), writer.close(), ...writes]);
    assert.deepEqual(await payloads(), texts);
  });

  it('writes nothing once it is closed', async () => {
    const writer = await TfRecordWriter.open(newFile());
    await writer.close();
    await assert.rejects(writer.write(Buffer.from('late')), {
      code: Code.FAILED_PRECONDITION,
      message: `The writer of ${file} is closed`,
    });
    assert.deepEqual(await payloads(), []);
  });

  it('says why a file cannot be opened', async () => {
    await assert.rejects(TfRecordWriter.open(folder), {
      code: Code.FAILED_PRECONDITION,
      message: `${folder}; Is a directory`,
    });
  });

  it('stays failed after a write that failed, and still closes', async () => {
    const writer = await TfRecordWriter.open('/dev/full');
    const failure = {
      code: Code.RESOURCE_EXHAUSTED,
      message: '/dev/full; No space left on device',
    };
    await assert.rejects(writer.write(Buffer.from('a')), failure);
    await assert.rejects(writer.write(Buffer.from('b')), failure);
    await writer.close();
  });
});
