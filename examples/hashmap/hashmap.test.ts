import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Code, connectSource, createManager, StatusError } from '../../src/index.ts';
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

test('from the paths of a source, through adapter and manager, to lookups', async () => {
  const source = new DirectorySource();
  const adapter = new HashmapSourceAdapter();
  const manager = createManager<Hashmap>();
  connectSource(source, adapter);
  connectSource(adapter, manager);

  const look = (code: string, version: bigint | null = null) => {
    using table = manager.acquire({ name: 'countries', version, label: null });
    return table.servable.get(code);
  };
  const decided = () =>
    manager.monitor.waitUntilDecided(['countries'], new AbortController().signal);
  const one = await table('1.csv', 'fr,France\n');
  const two = await table('2.csv', 'fr,France\nde,Germany\n');

  source.aspire('countries', new Map([[1n, one]]));
  await decided();
  assert.deepEqual([look('fr'), look('de')], ['France', undefined]);

  // The new version is there before the old one goes: lookups find a table at any time.
  const found: unknown[] = [];
  const swapped = new Promise<void>((resolve) => {
    const unsubscribe = manager.monitor.subscribe(({ id, state }) => {
      found.push(look('fr'));
      if (id.version !== 1n || state !== 'END') return;
      unsubscribe();
      resolve();
    });
  });
  source.aspire('countries', new Map([[2n, two]]));
  await swapped;
  assert.deepEqual(new Set(found), new Set(['France']));
  assert.deepEqual([look('de'), look('de', 2n)], ['Germany', 'Germany']);
  assert.throws(() => look('fr', 1n), /Servable not found for request: Specific\(countries, 1\)/);

  // A version that is malformed ends with the reason, and what is there goes on being served.
  source.aspire('countries', new Map([[3n, await table('3.csv', 'no comma')]]));
  const failure = await new Promise<StatusError | null>((resolve) => {
    manager.monitor.subscribe(({ id, state, error }) => {
      if (id.version === 3n && state === 'END') resolve(error);
    });
  });
  assert.equal(failure?.message, 'Unexpected format.');
  assert.equal(look('de'), 'Germany');

  await manager.stop();
  assert.throws(() => look('fr'), /Servable not found for request: Latest\(countries\)/);
});
