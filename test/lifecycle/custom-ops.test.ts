import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { installedTextOps } from '../../src/engines/testing/text-ops.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelFlags, startServer, zoo } from '../support/server.ts';

const flags = modelFlags('text', path.join(zoo, 'custom-ops/text_pieces'));

describe('--op_library', () => {
  for (const threads of [1, 2]) {
    test(`ops of TensorFlow Text on ${threads} data threads`, async () => {
      const libraries = (await installedTextOps()).map((library) => library.path);
      await using server = await startServer({
        flags: [...flags, `--op_library=${libraries}`, `--data_threads=${threads}`],
      });
      // As many connections as threads: each thread runs the ops.
      for (let i = 0; i < threads; i++) {
        const rest = new RestClient(server.rest);
        const answer = await rest.post('/v1/models/text:predict', {
          inputs: { texts: ['Serving MODELS fast', ''] },
        });
        assert.equal(answer.status, 200, answer.body.toString());
        const { outputs } = answer.json<{ outputs: Record<string, unknown> }>();
        assert.deepEqual(outputs.pieces, ['serv', '##ing', 'model', '##s', 'fast']);
        assert.deepEqual(outputs.word_splits, [0, 3, 3]);
        rest.close();
      }
      server.kill('SIGTERM');
      assert.deepEqual(await server.ended, { code: 0, signal: null });
    });
  }

  test('a library that is not there fails the start', async () => {
    await using server = await startServer({
      flags: [...flags, '--op_library=/no/such/ops.so'],
      waitUntil: /^/,
    });
    assert.equal((await server.ended).code, 255);
    assert.match(
      server.output(),
      /Cannot load the op library \/no\/such\/ops\.so: \/no\/such\/ops\.so: cannot open shared object file/,
    );
  });

  test('a model without its ops fails the start, and the error names the package', async () => {
    await using server = await startServer({ flags, waitUntil: /^/ });
    assert.equal((await server.ended).code, 255);
    assert.match(server.output(), /is an op of tensorflow-text: run "serval engine install/);
  });
});
