import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { RestClient } from '../support/rest-client.ts';
import { modelFlags, startServer, zoo } from '../support/server.ts';

test('a model run that outlives the grace does not keep the process, exit code 0', async () => {
  await using server = await startServer({
    flags: [
      ...modelFlags('loops', path.join(zoo, 'models/control_flow')),
      '--rest_api_timeout_in_ms=0',
      '--shutdown_grace_seconds=1',
    ],
  });
  const rest = new RestClient(server.rest);
  // Minutes of work, which nothing can interrupt.
  const lost = rest
    .post('/v1/models/loops:predict', {
      signature_name: 'nested',
      inputs: { rounds: 100_000_000, x: [1] },
    })
    .then(
      () => assert.fail('an answer'),
      (error: NodeJS.ErrnoException) => error.code,
    );
  await rest.get('/v1/models/loops');
  server.kill('SIGTERM');
  await server.logged(/Model runs or loads have not ended within the grace/);
  assert.deepEqual(await server.ended, { code: 0, signal: null });
  assert.equal(await lost, 'ECONNRESET');
  rest.close();
});
