import { floatVectorRequest } from '../../../test/support/predict-messages.ts';
import { compareCpu } from '../compare-cpu.ts';
import type { Contestant } from '../contestant.ts';
import { peersLike, serval } from '../contestants.ts';
import { halfPlusTwoFlags } from '../models/half-plus-two.ts';
import { forEcho, grpcPredict } from '../questions.ts';
import { startControl } from '../running-server.ts';
import type { Scenario } from '../scenario.ts';

const request = floatVectorRequest('half_plus_two', [1, 2, 5]);
const question = grpcPredict(request, 'y', [2.5, 3, 4.5]);

/** A gRPC predict of three floats, against a bare echo of the message. */
export const grpcTiny: Scenario = {
  name: 'grpc-tiny',
  run(context) {
    const subject = serval(context, {
      protocol: 'grpc',
      connections: 16,
      questions: [question],
      flags: halfPlusTwoFlags,
    });
    const control: Contestant = {
      ...subject,
      label: 'node:http2 echo',
      questions: [forEcho(question)],
      start: () => startControl('http2-echo'),
    };
    return compareCpu(context, {
      scenario: this.name,
      what: 'gRPC predict, tiny model, CPU a request / bare node:http2 echo',
      subject,
      control,
      others: peersLike(context, subject, halfPlusTwoFlags),
      must: { atMost: 2.2 },
      aim: { atMost: 1.6 },
    });
  },
};
