import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Code, StatusError } from '../../status/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import type { NumericTensor } from '../../tensor/index.ts';
import {
  byteStrings,
  loadZooModel,
  openTestEngine,
  signatureOf,
  stringsOf,
  unlimited,
} from '../testing/tensorflow.ts';
import { installedTextOps } from '../testing/text-ops.ts';
import { locateTensorFlowLibraries } from './install/locate.ts';
import { packageOfOp } from './known-ops.ts';
import { readOpRegistry } from './op-registry.ts';
import { loadTensorFlow } from './tensorflow-library.ts';

const model = 'custom-ops/text_pieces/1';

// One process has one set of ops, to which each test adds: their order matters.
describe('libraries of custom ops', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'serval-ops-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('a model whose ops are missing fails to load, and the error says where they are', async () => {
    const engine = await openTestEngine();
    await assert.rejects(loadZooModel(engine, model), (error) => {
      assert.ok(error instanceof StatusError);
      assert.equal(error.code, Code.NOT_FOUND);
      assert.match(
        error.message,
        /^Op type not registered 'CaseFoldUTF8' in binary .* CaseFoldUTF8 is an op of tensorflow-text: run "serval engine install tensorflow-text" and start the server again\.$/s,
      );
      return true;
    });
    await engine.close();
  });

  it('a named library that cannot be loaded fails, with the file and the reason', async () => {
    const text = path.join(folder, 'text.so');
    await writeFile(text, 'no library');
    for (const [file, reason] of [
      [path.join(folder, 'none.so'), 'cannot open shared object file: No such file or directory'],
      [text, 'file too short'],
    ] as const) {
      await assert.rejects(
        openTestEngine({ opLibraries: [{ path: file, isRequired: true }] }),
        new StatusError(Code.NOT_FOUND, `Cannot load the op library ${file}: ${file}: ${reason}`),
      );
    }
  });

  it('one that nobody named is left out, with a line in the log', async () => {
    const logger = new MemoryLogger();
    const file = path.join(folder, 'none.so');
    const opLibraries = [{ path: file, isRequired: false }];
    await (await openTestEngine({ opLibraries, logger })).close();
    assert.deepEqual(logger.messages('error'), ['Going on without an op library']);
  });

  it('TensorFlow Text: its ops are there, and known by name, and a model runs on them', async () => {
    const api = await loadTensorFlow(await locateTensorFlowLibraries());
    const before = (await readOpRegistry(api)).stateless;
    const engine = await openTestEngine({ opLibraries: await installedTextOps() });
    const added = [...(await readOpRegistry(api)).stateless].filter((op) => !before.has(op));
    assert.ok(added.length > 25, `${added}`);
    for (const op of added) assert.equal(packageOfOp(op), 'tensorflow-text', op);

    const loaded = await loadZooModel(engine, model);
    const signature = signatureOf(loaded);
    const texts = ['Serving MODELS fast', 'Straße models!', ''].map((text) => Buffer.from(text));
    const scope = loaded.openScope();
    const names = ['folded', 'pieces', 'ids'];
    const outputs = signature.outputs.filter(({ alias }) => names.includes(alias));
    const results = await loaded.run(
      scope,
      signature,
      [byteStrings([3], texts)],
      outputs.map((output) => signature.outputs.indexOf(output)),
      unlimited,
    );
    const byName = new Map(outputs.map(({ alias }, i) => [alias, results[i]!]));
    assert.deepEqual(stringsOf(byName.get('folded')!).map(String), [
      'serving models fast',
      'strasse models!',
      '',
    ]);
    assert.deepEqual(stringsOf(byName.get('pieces')!).map(String), [
      ...['serv', '##ing', 'model', '##s', 'fast', '[UNK]', 'model', '##s', '[UNK]'],
    ]);
    assert.deepEqual(
      [...(byName.get('ids') as NumericTensor).data],
      [0n, 1n, 2n, 3n, 4n, 5n, 2n, 3n, 5n],
    );
    scope.close();
    await loaded.close();
    await engine.close();
  });

  it('libraries that were loaded before are no error', async () => {
    await (await openTestEngine({ opLibraries: await installedTextOps() })).close();
  });
});
