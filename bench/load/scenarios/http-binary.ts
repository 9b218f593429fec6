import assert from 'node:assert/strict';
import { modelFlags } from '../../../test/support/server.ts';
import { compareCpu } from '../compare-cpu.ts';
import { serval, served, startServal } from '../contestants.ts';
import { type Interview, planFor, Refused } from '../interview.ts';
import { type BenchContext, forLargeRequests } from '../method.ts';
import { grpcImage, writeFirstPixel } from '../models/first-pixel.ts';
import { ScratchFolder } from '../models/scratch-folder.ts';
import { startControl } from '../running-server.ts';
import { type Scenario, Skipped } from '../scenario.ts';

const overHttp = {
  ...grpcImage,
  path: '/v1/models/first_pixel:predict',
  contentType: 'application/x-protobuf',
};
const grpc: Interview = { protocol: 'grpc', connections: 4, questions: [grpcImage] };
const http: Interview = { protocol: 'rest', connections: 4, questions: [overHttp] };
const sink: Interview = {
  ...http,
  questions: [{ ...overHttp, check: (bytes) => assert.equal(bytes.toString(), '{"ok":true}') }],
};

/** A predict of an image as a serialized PredictRequest over HTTP/1.1, against the same over gRPC. */
export const httpBinary: Scenario = {
  name: 'http-binary',
  async run(context) {
    await using folder = await ScratchFolder.create();
    await writeFirstPixel(folder.path);
    const flags = modelFlags('first_pixel', folder.path);
    await skipIfRefused(context, flags);
    return await compareCpu(
      { ...context, method: forLargeRequests(context.method) },
      {
        scenario: this.name,
        what: 'the same tensor by binary HTTP/1, CPU a request / over gRPC',
        subject: serval(context, http, flags, 'serval, HTTP/1'),
        control: serval(context, grpc, flags, 'serval, gRPC'),
        others: [served('node:http sink', sink, () => startControl('http-sink'))],
        must: { atMost: 0.7 },
        aim: { atMost: 0.5 },
      },
    );
  },
};

async function skipIfRefused(context: BenchContext, flags: readonly string[]): Promise<void> {
  await using server = await startServal(context, flags);
  try {
    await planFor(http, server);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Skipped(`this Serval takes no ${overHttp.contentType} over REST: ${error.message}`);
  }
}
