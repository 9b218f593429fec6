import { modelFlags } from '../../../test/support/server.ts';
import { compareCpu } from '../compare-cpu.ts';
import { peers, serval, served } from '../contestants.ts';
import type { Interview } from '../interview.ts';
import { forLargeRequests } from '../method.ts';
import { grpcImage, writeFirstPixel } from '../models/first-pixel.ts';
import { ScratchFolder } from '../models/scratch-folder.ts';
import { forControl } from '../questions.ts';
import { startControl } from '../running-server.ts';
import type { Scenario } from '../scenario.ts';

const interview: Interview = { protocol: 'grpc', connections: 4, questions: [grpcImage] };
const controlInterview = { ...interview, questions: [forControl(grpcImage, Buffer.alloc(0))] };

/** A gRPC predict of an image as tensor_content, against a server that only receives it. */
export const grpcLarge: Scenario = {
  name: 'grpc-large',
  async run(context) {
    await using folder = await ScratchFolder.create();
    await writeFirstPixel(folder.path);
    const flags = modelFlags('first_pixel', folder.path);
    return await compareCpu(
      { ...context, method: forLargeRequests(context.method) },
      {
        scenario: this.name,
        what: 'gRPC predict, 600 KB of tensor_content, CPU a request / tuned bare node:http2 receiving it',
        subject: serval(context, interview, flags),
        control: served('node:http2 sink', controlInterview, () => startControl('http2-sink')),
        others: peers(context, interview, flags),
        must: { atMost: 1.4 },
        aim: { atMost: 1.15 },
      },
    );
  },
};
