import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelFlags, startServer, zoo } from '../support/server.ts';

const rounds = process.env.SERVAL_EXHAUSTIVE === undefined ? 20 : 100;
const flags = modelFlags(
  'half_plus_two',
  path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu'),
);

/**
 * Whether an error says that the server took no new connection: what a client is to see once the
 * listening sockets are closed. Anything else is a request that the server had accepted and lost.
 */
function isRefusal(error: unknown): boolean {
  const { code, details } = error as Partial<ServiceError>;
  if (code === GrpcStatus.UNAVAILABLE)
    return /ECONNREFUSED|No connection established/.test(details ?? '');
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
}

test(`SIGTERM under load, ${rounds} times: no accepted request fails, exit code 0`, async (t) => {
  for (let round = 0; round < rounds; round++) {
    await t.test(`round ${round}`, async () => {
      await using server = await startServer({ flags });
      const rest = new RestClient(server.rest);
      const channels = Array.from({ length: 4 }, () => new GrpcClient(server.grpc));
      let answered = 0;
      let refused = 0;
      const signalAt = 40 + round * 7;

      async function client(call: (x: number) => Promise<number>): Promise<void> {
        while (refused < 1000) {
          const x = answered * 2;
          try {
            assert.equal(await call(x), x / 2 + 2);
          } catch (error) {
            if (!isRefusal(error)) throw error;
            refused++;
            return;
          }
          if (++answered === signalAt) server.kill('SIGTERM');
        }
      }

      await Promise.all([
        ...Array.from({ length: 8 }, () =>
          client(async (x) => {
            const answer = await rest.post('/v1/models/half_plus_two:predict', { instances: [x] });
            assert.equal(answer.status, 200, answer.body.toString());
            return answer.json<{ predictions: number[] }>().predictions[0]!;
          }),
        ),
        ...channels.map((channel) =>
          client(
            async (x) =>
              floatOutput(await channel.predict(floatVectorRequest('half_plus_two', [x])), 'y')[0]!,
          ),
        ),
      ]);
      assert.ok(answered >= signalAt, `the signal was sent (${answered} answers)`);
      assert.deepEqual(await server.ended, { code: 0, signal: null });
      rest.close();
      for (const channel of channels) channel.close();
    });
  }
});

test('SIGTERM right after a run ends the process with exit code 0', async () => {
  for (let round = 0; round < 5; round++) {
    await using server = await startServer({ flags });
    const rest = new RestClient(server.rest);
    const answer = await rest.post('/v1/models/half_plus_two:predict', { instances: [2] });
    server.kill('SIGTERM');
    assert.deepEqual(answer.json(), { predictions: [3] });
    assert.deepEqual(await server.ended, { code: 0, signal: null });
    rest.close();
  }
});

test('SIGTERM before the models are loaded ends the process', async () => {
  await using server = await startServer({
    flags: modelFlags('absent', path.join(zoo, 'no_such_base_path')),
    waitUntil: /no_such_base_path/,
  });
  server.kill('SIGTERM');
  assert.deepEqual(await server.ended, { code: 0, signal: null });
});

test('a second signal ends the process at once, whatever is in flight', async () => {
  await using server = await startServer({ flags: [...flags, '--shutdown_grace_seconds=600'] });
  const rest = new RestClient(server.rest);
  // A request that never ends: its body is announced and not sent.
  const pending = rest
    .send('POST', '/v1/models/half_plus_two:predict', '{"instances": [', { 'content-length': 1000 })
    .then(
      () => assert.fail('an answer'),
      (error: NodeJS.ErrnoException) => error.code,
    );
  await rest.get('/v1/models/half_plus_two');
  server.kill('SIGTERM');
  await server.logged(/SIGTERM/);
  server.kill('SIGTERM');
  const { code, signal } = await server.ended;
  assert.ok(code === 143 || signal === 'SIGTERM', `exit ${code} ${signal}`);
  assert.equal(await pending, 'ECONNRESET');
  rest.close();
});
