import assert from 'node:assert/strict';
import { appendFile, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { LocalStore } from '../stores/index.ts';
import { SourceKit, watched } from './testing/source-kit.ts';

describe('FileSystemSource on real folders', () => {
  let base: string;
  let kit: SourceKit;

  beforeEach(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'serval-source-'));
    // So long a pause that nothing is quiet by the slowness of the machine alone.
    kit = new SourceKit({ store: new LocalStore(), pollWaitSeconds: 3600, settleSeconds: 7200 });
    kit.source.watch([watched('m', { kind: 'latest', count: 2 }, path.join(base, 'm'))]);
  });

  afterEach(() => rm(base, { recursive: true }));

  /** Writes a file into a folder, which is made. */
  async function write(file: string, content: string): Promise<void> {
    await mkdir(path.dirname(path.join(base, file)), { recursive: true });
    await writeFile(path.join(base, file), content);
  }

  const withoutBase = (texts: readonly string[]) =>
    texts.map((text) => text.replaceAll(`${base}${path.sep}`, ''));
  const look = async () => withoutBase(await kit.look());
  const nextLook = async () => withoutBase(await kit.nextLook());

  /** Looks until something is told, which takes a pause for what has just been written. */
  async function told(): Promise<string[]> {
    const first = await look();
    return first.length > 0 ? first : await nextLook();
  }

  test('versions are found by their numbers, among whatever else there is', async () => {
    await write('m/007/saved_model.pb', 'graph');
    await write('m/12/saved_model.pb', 'graph');
    await write('m/3/saved_model.pb', 'graph');
    await write('m/note.txt', 'text');
    await write('m/tmp.13/saved_model.pb', 'graph');
    assert.deepEqual(await told(), ['m: 12=m/12, 7=m/007']);
    await rename(path.join(base, 'm/tmp.13'), path.join(base, 'm/13'));
    assert.deepEqual(await told(), ['m: 13=m/13, 12=m/12']);
    await rm(path.join(base, 'm/12'), { recursive: true });
    assert.deepEqual(await told(), ['m: 13=m/13, 7=m/007']);
  });

  test('a missing base path is told in the words of TensorFlow', async () => {
    assert.deepEqual(await look(), []);
    const basePath = path.join(base, 'm');
    assert.deepEqual(kit.warnings(), [
      `Waiting for model m (looking again every 3600 s): Could not find base path ${basePath} for ` +
        `servable m with error NOT_FOUND: ${basePath}; No such file or directory`,
    ]);
  });

  test('a copy under way is not told before it stands still', async () => {
    await write('m/1/saved_model.pb', 'gra');
    assert.deepEqual(await look(), []);
    await appendFile(path.join(base, 'm/1/saved_model.pb'), 'ph');
    assert.deepEqual(await nextLook(), []);
    await write('m/1/variables/variables.index', 'index');
    assert.deepEqual(await nextLook(), []);
    assert.deepEqual(await look(), []);
    assert.deepEqual(await nextLook(), ['m: 1=m/1']);
  });

  test('a version that failed is told again once it was replaced', async () => {
    await write('m/1/saved_model.pb', 'bad');
    await write('good/saved_model.pb', 'good');
    assert.deepEqual(await told(), ['m: 1=m/1']);
    kit.failed.add('{name: m version: 1}');
    assert.deepEqual(await told(), []);
    await rm(path.join(base, 'm/1'), { recursive: true });
    await cp(path.join(base, 'good'), path.join(base, 'm/1'), { recursive: true });
    assert.deepEqual(await told(), ['m: 1=m/1']);
    const revisions = kit.target.versions.map(([version]) => version?.revision);
    assert.equal(new Set(revisions).size, 2);
  });

  test('a file in the place of a base path has no versions', async () => {
    await write('m', 'not a folder');
    assert.deepEqual(await look(), []);
    assert.match(
      kit.warnings()[0] ?? '',
      /Could not find base path .*\/m for servable m with error/,
    );
    await rm(path.join(base, 'm'));
    await write('m/1/saved_model.pb', 'graph');
    assert.deepEqual(await told(), ['m: 1=m/1']);
  });
});
