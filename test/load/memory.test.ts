import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DType } from '../../src/tensor/index.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, type ServerProcess, startServer, zoo } from '../support/server.ts';

const exhaustive = process.env.SERVAL_EXHAUSTIVE !== undefined;
/** When memory is first looked at, when again, and the growth allowed between. */
const [settled, total, growth] = exhaustive ? [20_000, 200_000, 1.02] : [20_000, 60_000, 1.04];

const models = [
  { name: 'two', base: path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu') },
  { name: 'strings', base: path.join(zoo, 'models/string_tools') },
  { name: 'shapes', base: path.join(zoo, 'models/dynamic_shapes') },
];

/** 224 × 224 × 3 floats: 602,112 bytes of tensor_content. */
const image = new Float32Array(224 * 224 * 3).map((_, index) => index % 8);
const imageSum = image.reduce((sum, value) => sum + value, 0);

/** Resident bytes of the server process. */
function residentBytes(server: ServerProcess): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
}

test(`${total} requests of floats, strings and 600 KB images leave memory as it was after ${settled}`, async (t) => {
  await using server = await startServer({ flags: [await modelConfig(models)] });
  const rest = new RestClient(server.rest);
  const grpc = new GrpcClient(server.grpc);

  const floats = async (tag: number) => {
    const reply = await grpc.predict(floatVectorRequest('two', [tag, tag + 1]));
    assert.deepEqual(floatOutput(reply, 'y'), [tag / 2 + 2, (tag + 1) / 2 + 2]);
  };
  const strings = async (tag: number) => {
    const text = `Text ${tag} ${'x'.repeat(tag % 100)}`;
    const answer = await rest.post('/v1/models/strings:predict', { instances: [text] });
    const [prediction] = answer.json<{ predictions: { char_len: number }[] }>().predictions;
    assert.equal(prediction?.char_len, text.length);
  };
  const images = async () => {
    const reply = await grpc.predict({
      modelSpec: { name: 'shapes' },
      inputs: {
        x: {
          dtype: DType.FLOAT,
          tensorShape: { dim: [224n, 224n, 3n].map((size) => ({ size })) },
          tensorContent: new Uint8Array(image.buffer),
        },
      },
      outputFilter: ['sum'],
    });
    assert.equal(floatOutput(reply, 'sum')[0], imageSum);
  };

  let next = 0;
  async function runUntil(end: number): Promise<void> {
    const client = async () => {
      while (next < end) {
        const tag = next++;
        if (tag % 50 === 0) await images();
        else if (tag % 2 === 0) await floats(tag);
        else await strings(tag);
      }
    };
    await Promise.all(Array.from({ length: 16 }, client));
  }

  await runUntil(settled);
  const before = residentBytes(server);
  await runUntil(total);
  const after = residentBytes(server);
  t.diagnostic(`RSS ${(before / 2 ** 20).toFixed(1)} MiB → ${(after / 2 ** 20).toFixed(1)} MiB`);
  assert.ok(after <= before * growth, `RSS grew from ${before} to ${after} bytes`);
  rest.close();
  grpc.close();
});
