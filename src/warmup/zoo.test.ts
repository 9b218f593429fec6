import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Engine } from '../engines/index.ts';
import { loadZooModel, openTestEngine, zooPath } from '../engines/testing/tensorflow.ts';
import { codeName, StatusError } from '../status/index.ts';
import { defaultMaxFilledBytes } from '../tensor/index.ts';
import { type WarmupResult, warmUp } from './index.ts';

/** What TensorFlow Serving said of a broken model (test/zoo/README.md). */
interface Expectation {
  readonly server_status: {
    readonly body: {
      readonly model_version_status: readonly [
        { readonly status: { readonly error_code: string; readonly error_message: string } },
      ];
    };
  };
}

const { models } = JSON.parse(readFileSync(zooPath('broken/expectations.json'), 'utf8')) as {
  readonly models: Readonly<Record<string, Expectation>>;
};

/** Without the numbers that TensorFlow gives its functions. */
const withoutNumbers = (text: string) => text.replaceAll(/_\d+\}\}/g, '_N}}');

describe('warmUp on TensorFlow', () => {
  let engine: Engine;
  before(async () => {
    // As it was when the texts were recorded: oneDNN renames the nodes that it rewrites.
    process.env.TF_ENABLE_ONEDNN_OPTS = '0';
    engine = await openTestEngine();
  });
  after(() => engine.close());

  async function warm(relative: string, checkShapes: boolean): Promise<WarmupResult> {
    const model = await loadZooModel(engine, relative);
    try {
      return await warmUp({ model, signatureDefMap: new Uint8Array() }, zooPath(relative), {
        iterations: 2,
        atOnce: 1,
        checkShapes,
        checkMethodName: false,
        maxFilledBytes: defaultMaxFilledBytes,
        signal: null,
      });
    } finally {
      await model.close();
    }
  }

  async function failure(relative: string, checkShapes: boolean): Promise<string> {
    const [result] = await Promise.allSettled([warm(relative, checkShapes)]);
    assert.equal(result.status, 'rejected');
    const error: unknown = result.reason;
    assert.ok(error instanceof StatusError, String(error));
    const message = withoutNumbers(error.message).replaceAll(zooPath('broken'), 'BASE');
    return `${codeName(error.code)}: ${message}`;
  }

  it('replays the records of a model', async () => {
    const { milliseconds, ...result } = await warm('models/warmup/1', true);
    assert.deepEqual(result, {
      records: 5,
      cutAt: null,
    });
    assert.ok(milliseconds > 0);
  });

  const broken = readdirSync(zooPath('broken')).filter((name) => name.startsWith('warmup_'));

  it('has broken records to fail on', () => {
    assert.equal(broken.length, 4);
  });

  for (const name of broken) {
    it(`fails on ${name} as TensorFlow Serving does`, async () => {
      const { status } = models[name]!.server_status.body.model_version_status[0];
      const expected = `${status.error_code}: ${withoutNumbers(status.error_message)}`;
      assert.equal(await failure(`broken/${name}/1`, false), expected);
    });
  }

  it('refuses a shape before TensorFlow sees it where it is told to', async () => {
    assert.equal(
      await failure('broken/warmup_wrong_shape/1', true),
      'INVALID_ARGUMENT: Input x must have shape [?,2], got shape [1,3]',
    );
  });
});
