import { compareCpu } from '../compare-cpu.ts';
import { peers, serval, served } from '../contestants.ts';
import type { Interview } from '../interview.ts';
import { halfPlusTwoFlags as flags, restThreeFloats } from '../models/half-plus-two.ts';
import { forEcho } from '../questions.ts';
import { startControl } from '../running-server.ts';
import type { Scenario } from '../scenario.ts';

const interview: Interview = { protocol: 'rest', connections: 16, questions: [restThreeFloats] };
const controlInterview = { ...interview, questions: [forEcho(restThreeFloats)] };

/** A REST predict of three floats, against a bare JSON echo. */
export const restTiny: Scenario = {
  name: 'rest-tiny',
  run(context) {
    return compareCpu(context, {
      scenario: this.name,
      what: 'REST predict, tiny model, CPU a request / bare node:http echo',
      subject: serval(context, interview, flags),
      control: served('node:http echo', controlInterview, () => startControl('http-echo')),
      others: peers(context, interview, flags),
      must: { atMost: 2.6 },
      aim: { atMost: 1.8 },
    });
  },
};
