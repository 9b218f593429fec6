import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FakeLookup } from '../../../inference/testing/fake-lookup.ts';
import { FakeModel, signatureSpec, tensorSpec } from '../../../inference/testing/fake-model.ts';
import { PredictRequestSchema, PredictResponseSchema } from '../../../proto/index.ts';
import { MemoryLogger } from '../../../telemetry/testing/memory-logger.ts';
import { DType, heapAllocator } from '../../../tensor/index.ts';
import { ByteBudget } from '../../../util/index.ts';
import { Refusals } from '../../refusals.ts';
import type { GrpcSink } from '../exchange.ts';
import { encodeFrame, frameHeaderLength } from '../frame.ts';
import { createGrpcHandler } from '../handler.ts';
import { HealthService } from '../health.ts';
import { predictionService } from './index.ts';

const count = 4 << 20;
const tensorBytes = count * 4;
/** What everything else of a call may take. */
const slack = 64 << 10;

const model = new FakeModel(
  signatureSpec({
    inputs: [tensorSpec('x', DType.FLOAT, [-1])],
    outputs: [tensorSpec('y', DType.FLOAT, [-1])],
  }),
);
const handler = createGrpcHandler({
  services: [
    predictionService(
      { lookup: new FakeLookup('m', model), checkShapes: true },
      { asTensorContent: true, checkMethodName: false, maxFilledBytes: 1 },
    ),
  ],
  health: new HealthService(),
  logger: new MemoryLogger(),
  budget: new ByteBudget(Number.POSITIVE_INFINITY),
  refusals: new Refusals(),
});

/** What one call takes in array buffers until its run begins, and from its end to its reply. */
async function memoryOf(request: Uint8Array, chunkBytes: number) {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < request.length; at += chunkBytes) {
    chunks.push(request.slice(at, at + chunkBytes));
  }
  const output = heapAllocator.allocate(DType.FLOAT, [count]);
  const used = () => process.memoryUsage().arrayBuffers;
  let atRun = 0;
  model.answer = () => {
    atRun = used();
    return [output];
  };
  const replied = Promise.withResolvers<Uint8Array>();
  const sink = {
    reply: (_headers: unknown, reply: Uint8Array) => {
      replied.resolve(reply);
    },
  } as unknown as GrpcSink;
  const head = {
    method: 'POST',
    path: '/tensorflow.serving.PredictionService/Predict',
    headers: { 'content-type': 'application/grpc' },
  };
  const start = used();
  const call = handler.open(head, sink);
  for (const chunk of chunks) call.receive(chunk);
  call.halfClose();
  const sent = await replied.promise;
  const end = used();
  // What is compared with was alive until here, so no collection took it out of the sums.
  assert.ok(output.data.length === count && chunks.length > 0);
  // The request's tensor went back between the two.
  return { request: atRun - start, reply: end - (atRun - tensorBytes), frame: sent };
}

test('a request’s tensor is copied once, in any chunks, and so is its reply’s', async () => {
  const message = create(PredictRequestSchema, {
    modelSpec: { name: 'm' },
    inputs: {
      x: {
        dtype: DType.FLOAT,
        tensorShape: { dim: [{ size: BigInt(count) }] },
        tensorContent: new Uint8Array(tensorBytes).fill(1),
      },
    },
  });
  const request = encodeFrame(toBinary(PredictRequestSchema, message), false);
  for (const chunkBytes of [16_384, 65_536, 1 << 20, request.length]) {
    const { request: taken, reply, frame } = await memoryOf(request, chunkBytes);
    assert.ok(taken < tensorBytes + slack, `${taken} bytes for a request in ${chunkBytes}s`);
    assert.ok(reply < tensorBytes + slack, `${reply} bytes for its reply`);
    const response = fromBinary(PredictResponseSchema, frame.subarray(frameHeaderLength));
    assert.equal(response.outputs.y!.tensorContent.length, tensorBytes);
  }
});
