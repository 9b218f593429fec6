import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, startServer, zoo } from '../support/server.ts';

const clients = 64;
const requests = process.env.SERVAL_EXHAUSTIVE === undefined ? 20_000 : 200_000;

/** Two models that add different constants, so that a swapped answer is a wrong one. */
const models = [
  { name: 'two', base: path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu'), plus: 2 },
  { name: 'three', base: path.join(zoo, 'tfserving/saved_model_half_plus_three'), plus: 3 },
] as const;

/**
 * The inputs of request `tag`: 1 to 8 floats that no other request has. All are integers below
 * 2^23, so that x / 2 + c is exact in float32 and answers can be compared for equality.
 */
function inputsOf(tag: number): number[] {
  return Array.from({ length: 1 + (tag % 8) }, (_, index) => tag * 8 + index);
}

test(`${clients} clients on two models: each of ${requests} answers belongs to its request`, async () => {
  await using server = await startServer({ flags: [await modelConfig(models)] });
  let next = 0;
  let answered = 0;

  async function client(call: (tag: number) => Promise<readonly number[]>): Promise<void> {
    while (next < requests) {
      const tag = next++;
      const { plus } = models[tag % 2]!;
      const expected = inputsOf(tag).map((x) => x / 2 + plus);
      assert.deepEqual(await call(tag), expected, `request ${tag}`);
      answered++;
    }
  }

  const rest = new RestClient(server.rest, clients / 2);
  const channels: GrpcClient[] = [];
  const viaRest = async (tag: number) => {
    const { name } = models[tag % 2]!;
    const answer = await rest.post(`/v1/models/${name}:predict`, { instances: inputsOf(tag) });
    assert.equal(answer.status, 200, answer.body.toString());
    return answer.json<{ predictions: number[] }>().predictions;
  };
  await Promise.all(
    Array.from({ length: clients }, (_, index) => {
      if (index % 2 === 0) return client(viaRest);
      const channel = new GrpcClient(server.grpc);
      channels.push(channel);
      return client(async (tag) => {
        const request = floatVectorRequest(models[tag % 2]!.name, inputsOf(tag));
        return floatOutput(await channel.predict(request), 'y');
      });
    }),
  );
  assert.equal(answered, requests);
  rest.close();
  for (const channel of channels) channel.close();
});
