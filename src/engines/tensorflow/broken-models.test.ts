import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { Code, codeName, StatusError } from '../../status/index.ts';
import { DType } from '../../tensor/index.ts';
import type { Engine } from '../engine.ts';
import {
  floats,
  loadZooModel,
  openTestEngine,
  signatureOf,
  unlimited,
  zooPath,
} from '../testing/tensorflow.ts';

/** What TensorFlow Serving said of a broken model (test/zoo/README.md), as far as it is used. */
interface Expectation {
  readonly server_status?: {
    readonly body: {
      readonly model_version_status: readonly [
        { readonly status: { readonly error_code: string; readonly error_message: string } },
      ];
    };
  };
  readonly server_predict?: { readonly body: { readonly error: string } };
}

const expectations = (
  JSON.parse(readFileSync(zooPath('broken/expectations.json'), 'utf8')) as {
    readonly models: Readonly<Record<string, Expectation>>;
  }
).models;

/** Refused before any engine is asked: the files themselves are not what they should be. */
const engineLess = ['truncated_graph', 'empty_graph', 'no_graph', 'wrong_tags', 'empty_version'];

/**
 * Loaded by TensorFlow Serving, whose requests then fail: the C API imports the functions of a graph
 * at load, where the server's session looks into one only when it is called.
 */
const refusedByTheCApi = ['unknown_op'];

/** The numbers that TensorFlow gives its functions, and names of this machine. */
function withoutAccidents(text: string): string {
  return text
    .replaceAll(zooPath('broken'), 'BASE')
    .replaceAll(/_\d+\}\}/g, '_N}}')
    .replaceAll(/running on \S+?\. /g, 'running on HOST. ');
}

describe('broken models', () => {
  let engine: Engine;
  before(async () => {
    engine = await openTestEngine();
  });
  after(() => engine.close());

  for (const [name, expectation] of Object.entries(expectations)) {
    if (engineLess.includes(name) || name.startsWith('warmup')) continue;
    const { status } = expectation.server_status!.body.model_version_status[0];
    const refused = refusedByTheCApi.includes(name);
    const loadError = refused
      ? { error_code: 'NOT_FOUND', error_message: expectation.server_predict!.body.error }
      : status;

    if (loadError.error_code !== 'OK') {
      it(`${name} fails to load${refused ? '' : ' as in TensorFlow Serving'}`, async () => {
        await assert.rejects(loadZooModel(engine, `broken/${name}/1`), (error) => {
          assert.ok(error instanceof StatusError);
          assert.equal(codeName(error.code), loadError.error_code);
          assert.equal(withoutAccidents(error.message), withoutAccidents(loadError.error_message));
          return true;
        });
      });
      continue;
    }

    it(`${name} loads as in TensorFlow Serving`, async () => {
      const model = await loadZooModel(engine, `broken/${name}/1`);
      const signature = model.signatures.get('serving_default');
      if (signature !== undefined) {
        const expected = withoutAccidents(expectation.server_predict!.body.error);
        const feeds = signature.inputs.map(({ dtype, shape }) => {
          assert.equal(dtype, DType.FLOAT);
          const size = (shape ?? [1]).map((dimension) => Math.max(dimension, 1));
          return floats(size, new Array<number>(size.reduce((a, b) => a * b, 1)).fill(1));
        });
        for (let i = 0; i < 2; i++) {
          const scope = model.openScope();
          await assert.rejects(
            async () => await model.run(scope, signature, feeds, null, unlimited),
            (error) => {
              assert.ok(error instanceof StatusError);
              assert.notEqual(error.code, Code.OK);
              assert.equal(withoutAccidents(error.message), expected);
              return true;
            },
          );
          scope.close();
        }
      }
      await model.close();
    });
  }

  it('covers every broken model', () => {
    const folders = readdirSync(zooPath('broken'), { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const name of names) assert.ok(name in expectations, name);
  });

  it('a failed load leaves the engine well', async () => {
    const model = await loadZooModel(engine, 'models/signature_defaults/1');
    assert.ok(signatureOf(model).inputs.length > 0);
    await model.close();
  });
});
