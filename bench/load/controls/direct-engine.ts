/**
 * The process of {@link DirectEngine}: runs a model by the engine alone, so many runs at a time, for
 * as many ms as it is told.
 */
import { type DType, heapAllocator } from '../../../src/tensor/index.ts';
import type { ClientReply } from '../client/plan.ts';
import { Tally } from '../client/tally.ts';
import type { DirectOrder } from '../direct-engine.ts';
import { openModel } from './open-model.ts';

const [versionDirectory, concurrency, shape] = process.argv.slice(2) as [string, string, string];
const model = await openModel(versionDirectory);
const signature = model.signatures.get('serving_default')!;
const feed = heapAllocator.allocate(
  signature.inputs[0]!.dtype as typeof DType.FLOAT,
  JSON.parse(shape) as number[],
);
(feed.data as Float32Array).fill(0.5);
const unlimited = { deadline: Number.POSITIVE_INFINITY, signal: null };

async function runFor(ms: number): Promise<ClientReply> {
  const tally = new Tally();
  const end = performance.now() + ms;
  const runner = async () => {
    for (let begin = performance.now(); begin < end; begin = performance.now()) {
      const scope = model.openScope();
      try {
        // As a server does: the tensor is written into the engine's memory for each run.
        const tensor = scope.allocate(feed.dtype, feed.shape);
        (tensor.data as Float32Array).set(feed.data as Float32Array);
        await model.run(scope, signature, [tensor], null, unlimited);
      } finally {
        scope.close();
      }
      tally.count(begin, null);
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, runner));
  return { kind: 'done', record: tally.finish() };
}

process.on('message', ({ ms }: DirectOrder) => {
  void runFor(ms)
    .catch((error: unknown): ClientReply => ({ kind: 'failed', error: String(error) }))
    .then((reply) => process.send!(reply));
});
process.send!({ kind: 'connected' } satisfies ClientReply);
