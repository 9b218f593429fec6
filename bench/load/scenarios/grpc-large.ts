import { modelFlags } from '../../../test/support/server.ts';
import { compareCpu } from '../compare-cpu.ts';
import type { Contestant } from '../contestant.ts';
import { peersLike, serval } from '../contestants.ts';
import { firstPixel, imageRequest, writeFirstPixel } from '../models/first-pixel.ts';
import { ScratchFolder } from '../models/scratch-folder.ts';
import { forControl, grpcPredict } from '../questions.ts';
import { startControl } from '../running-server.ts';
import type { Scenario } from '../scenario.ts';

const question = grpcPredict(imageRequest('first_pixel'), 'y', firstPixel);

/** A gRPC predict of an image as tensor_content, against a server that only receives it. */
export const grpcLarge: Scenario = {
  name: 'grpc-large',
  async run(context) {
    await using folder = await ScratchFolder.create();
    await writeFirstPixel(folder.path);
    const flags = modelFlags('first_pixel', folder.path);
    const subject = serval(context, {
      protocol: 'grpc',
      connections: 4,
      questions: [question],
      flags,
    });
    const control: Contestant = {
      ...subject,
      label: 'node:http2 sink',
      questions: [forControl(question, Buffer.alloc(0))],
      start: () => startControl('http2-sink'),
    };
    return await compareCpu(context, {
      scenario: this.name,
      what: 'gRPC predict, 600 KB of tensor_content, CPU a request / tuned bare node:http2 receiving it',
      subject,
      control,
      others: peersLike(context, subject, flags),
      must: { atMost: 1.4 },
      aim: { atMost: 1.15 },
    });
  },
};
