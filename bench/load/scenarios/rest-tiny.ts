import { compareCpu } from '../compare-cpu.ts';
import type { Contestant } from '../contestant.ts';
import { peersLike, serval } from '../contestants.ts';
import { halfPlusTwoFlags } from '../models/half-plus-two.ts';
import { forEcho, restPredict } from '../questions.ts';
import { startControl } from '../running-server.ts';
import type { Scenario } from '../scenario.ts';

const question = restPredict('half_plus_two', '{"instances":[1,2,5]}', {
  predictions: [2.5, 3, 4.5],
});

/** A REST predict of three floats, against a bare JSON echo. */
export const restTiny: Scenario = {
  name: 'rest-tiny',
  run(context) {
    const subject = serval(context, {
      protocol: 'rest',
      connections: 16,
      questions: [question],
      flags: halfPlusTwoFlags,
    });
    const control: Contestant = {
      ...subject,
      label: 'node:http echo',
      questions: [forEcho(question)],
      start: () => startControl('http-echo'),
    };
    return compareCpu(context, {
      scenario: this.name,
      what: 'REST predict, tiny model, CPU a request / bare node:http echo',
      subject,
      control,
      others: peersLike(context, subject, halfPlusTwoFlags),
      must: { atMost: 2.6 },
      aim: { atMost: 1.8 },
    });
  },
};
