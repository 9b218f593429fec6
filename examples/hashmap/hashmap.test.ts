import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  CallbackTarget,
  Code,
  connectSource,
  type Loader,
  type ServableData,
  StatusError,
} from '../../src/index.ts';
import { DirectorySource } from './directory-source.ts';
import { type Hashmap, HashmapLoader } from './hashmap-loader.ts';
import { HashmapSourceAdapter } from './hashmap-source-adapter.ts';

let folder: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'serval-hashmap-'));
});

after(() => rm(folder, { recursive: true }));

async function table(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('HashmapLoader', () => {
  const load = async (content: string | Uint8Array) =>
    Object.fromEntries(await new HashmapLoader(await table('one.csv', content)).load());

  test('reads one entry a line, however lines end', async () => {
    assert.deepEqual(await load('a,apple\nb,banana\n'), { a: 'apple', b: 'banana' });
    assert.deepEqual(await load('a,apple\r\nb,banana'), { a: 'apple', b: 'banana' });
    assert.deepEqual(await load('grüße, "hello" \n,empty key\nempty value,'), {
      grüße: ' "hello" ',
      '': 'empty key',
      'empty value': '',
    });
    assert.deepEqual(await load(''), {});
  });

  test('the first value of a key counts', async () => {
    assert.deepEqual(await load('a,first\nb,other\na,second\n'), { a: 'first', b: 'other' });
  });

  test('refuses what is not two fields, once and for all', async () => {
    const malformed = ['a', 'a,b,c', 'a,b\n\nc,d', 'a,b\n\n', Uint8Array.of(0x61, 0x2c, 0xff)];
    for (const content of malformed) {
      const loader = new HashmapLoader(await table('bad.csv', content));
      await assert.rejects(loader.load(), (error) => {
        assert.ok(error instanceof StatusError);
        assert.deepEqual(
          [error.code, error.message, loader.isTransient(error)],
          [Code.INVALID_ARGUMENT, 'Unexpected format.', false],
        );
        return true;
      });
    }
  });

  test('a file that is not there may come', async () => {
    const file = path.join(folder, 'late.csv');
    const loader = new HashmapLoader(file);
    const failure = await loader.load().catch((error: unknown) => error);
    assert.equal((failure as NodeJS.ErrnoException).code, 'ENOENT');
    assert.ok(loader.isTransient(StatusError.from(failure)));
    await table('late.csv', 'a,apple\n');
    assert.deepEqual([...(await loader.load())], [['a', 'apple']]);
    assert.deepEqual(loader.estimateResources(), []);
    await loader.unload();
  });
});

/** Stands where the manager comes in: keeps the loaders of the last list of each servable. */
class LastLists extends CallbackTarget<Loader<Hashmap>> {
  readonly lists = new Map<string, readonly ServableData<Loader<Hashmap>>[]>();

  protected override setAspiredVersions(
    name: string,
    versions: readonly ServableData<Loader<Hashmap>>[],
  ): void {
    this.lists.set(name, versions);
  }
}

test('from the paths of a source, through the adapter, to what is looked up in', async () => {
  const source = new DirectorySource();
  const adapter = new HashmapSourceAdapter();
  const manager = new LastLists();
  connectSource(source, adapter);
  connectSource(adapter, manager);

  const one = await table('1.csv', 'fr,France\n');
  const two = await table('2.csv', 'fr,France\nde,Germany\n');
  source.aspire(
    'countries',
    new Map([
      [1n, one],
      [2n, two],
    ]),
  );

  const [first, second] = manager.lists.get('countries')!;
  assert.deepEqual(
    [first?.id, second?.id],
    [
      { name: 'countries', version: 1n },
      { name: 'countries', version: 2n },
    ],
  );
  assert.equal((await first?.data?.load())?.get('de'), undefined);
  assert.equal((await second?.data?.load())?.get('de'), 'Germany');

  source.aspire('countries', new Map());
  assert.deepEqual(manager.lists.get('countries'), []);
});
