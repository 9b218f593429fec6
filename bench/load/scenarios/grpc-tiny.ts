import { compareCpu } from '../compare-cpu.ts';
import { peers, serval, served } from '../contestants.ts';
import type { Interview } from '../interview.ts';
import { halfPlusTwoFlags as flags, grpcThreeFloats } from '../models/half-plus-two.ts';
import { forEcho } from '../questions.ts';
import { startControl } from '../running-server.ts';
import type { Scenario } from '../scenario.ts';

const interview: Interview = { protocol: 'grpc', connections: 16, questions: [grpcThreeFloats] };
const controlInterview = { ...interview, questions: [forEcho(grpcThreeFloats)] };

/** A gRPC predict of three floats, against a bare echo of the message. */
export const grpcTiny: Scenario = {
  name: 'grpc-tiny',
  run(context) {
    return compareCpu(context, {
      scenario: this.name,
      what: 'gRPC predict, tiny model, CPU a request / bare node:http2 echo',
      subject: serval(context, interview, flags),
      control: served('node:http2 echo', controlInterview, () => startControl('http2-echo')),
      others: peers(context, interview, flags),
      must: { atMost: 2.2 },
      aim: { atMost: 1.6 },
    });
  },
};
