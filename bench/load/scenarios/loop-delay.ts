import path from 'node:path';
import { estimate } from '../../stats/bootstrap.ts';
import { type ServedSubject, served, startServal } from '../contestants.ts';
import type { Interview } from '../interview.ts';
import { type ThreadDelays, WatchedThreads } from '../loop-delay/watched-threads.ts';
import { capacityOf, warmUp } from '../measure/interleave.ts';
import { type BenchContext, withRounds } from '../method.ts';
import {
  halfPlusTwoFlags as flags,
  grpcThreeFloats,
  restThreeFloats,
} from '../models/half-plus-two.ts';
import { ScratchFolder } from '../models/scratch-folder.ts';
import { forEcho } from '../questions.ts';
import { startControl } from '../running-server.ts';
import type { Row, Scenario } from '../scenario.ts';

const load = 0.7;

interface Case {
  readonly protocol: string;
  readonly control: string;
  readonly interview: Interview;
}

const cases: readonly Case[] = [
  {
    protocol: 'REST',
    control: 'http-echo',
    interview: { protocol: 'rest', connections: 64, questions: [restThreeFloats] },
  },
  {
    protocol: 'gRPC',
    control: 'http2-echo',
    interview: { protocol: 'grpc', connections: 16, questions: [grpcThreeFloats] },
  },
];

interface Stretch {
  readonly label: string;
  readonly round: number;
  readonly threads: readonly ThreadDelays[];
}

/** How long the event loops of the threads that serve keep things waiting, at 70 % of the capacity. */
export const loopDelay: Scenario = {
  name: 'loop-delay',
  async run(context) {
    const rows: Row[] = [];
    const samples: object[] = [];
    for (const one of cases) {
      const stretches = await record(context, one);
      samples.push(...stretches.map((stretch) => ({ protocol: one.protocol, ...stretch })));
      const row = (label: string, what: string, bounds: Pick<Row, 'must' | 'aim'>): Row => ({
        scenario: this.name,
        what: `${one.protocol}, p99 of the event-loop delay, the worst thread: ${what}`,
        unit: 'ms',
        value: estimate(byRound(stretches, label)),
        ...bounds,
        notes: [],
      });
      rows.push(
        row('serval', 'Serval at 70 % load', { must: { atMost: 5 }, aim: { atMost: 2 } }),
        row(one.control, 'a bare echo asked as often', { must: null, aim: null }),
      );
    }
    return { rows, samples };
  },
};

async function record(context: BenchContext, one: Case): Promise<readonly Stretch[]> {
  const method = withRounds(context.method, 3);
  const { interview, control } = one;
  await using folder = await ScratchFolder.create();
  const watched = ['serval', control].map((label) => ({
    label,
    threads: new WatchedThreads(path.join(folder.path, label)),
  }));
  const [own, theirs] = watched.map(({ threads }) => threads.env);
  const echo = { ...interview, questions: interview.questions.map(forEcho) };
  const contestants = [
    served('serval', interview, () => startServal(context, flags, own)),
    served(control, echo, () => startControl(control, [], theirs)),
  ];
  const stretches: Stretch[] = [];
  for (let round = 0; round < method.rounds; round++) {
    await using stack = new AsyncDisposableStack();
    const subjects: ServedSubject[] = [];
    for (const { open } of contestants) subjects.push(stack.use(await open()));
    for (const subject of subjects) await warmUp(subject, method);
    const rate = load * (await capacityOf(subjects[0]!, 2 * method.segmentMs));
    for (let pair = 0; pair < method.pairsPerRound; pair++) {
      for (const i of pair % 2 === 0 ? [0, 1] : [1, 0]) {
        const { label, threads } = watched[i]!;
        const subject = subjects[i]!;
        const options = { ms: 2 * method.segmentMs, rate, seed: 100 * round + pair };
        const { delays } = await threads.during(subject.pid, () => subject.open(options));
        stretches.push({ label, round, threads: delays });
      }
    }
  }
  return stretches;
}

/** Of the worst thread of each stretch. */
function byRound(stretches: readonly Stretch[], label: string): readonly (readonly number[])[] {
  const rounds: number[][] = [];
  for (const stretch of stretches) {
    if (stretch.label !== label) continue;
    (rounds[stretch.round] ??= []).push(Math.max(...stretch.threads.map(({ p99 }) => p99)));
  }
  return rounds;
}
