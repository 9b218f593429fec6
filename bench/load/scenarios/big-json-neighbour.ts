import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { modelConfig } from '../../../test/support/server.ts';
import { quantile } from '../../stats/quantile.ts';
import { LoadClient } from '../client/load-client.ts';
import { startServal } from '../contestants.ts';
import { type Interview, planFor } from '../interview.ts';
import { WatchedThreads } from '../loop-delay/watched-threads.ts';
import { costOf, warmUp } from '../measure/interleave.ts';
import { ratioEstimate } from '../measure/pair-ratios.ts';
import { withRounds } from '../method.ts';
import { firstPixel, side, writeFirstPixel } from '../models/first-pixel.ts';
import { halfPlusTwo, restThreeFloats } from '../models/half-plus-two.ts';
import { ScratchFolder } from '../models/scratch-folder.ts';
import { restPredict } from '../questions.ts';
import type { Row, Scenario } from '../scenario.ts';

/** Small requests a second: far below the capacity, so that what they wait for is the others. */
const rate = 200;
/** Time for the large bodies to be under way before the small requests count. */
const headStartMs = 500;
const bodyMB = 50;

/** Niceness of the processes that send the large bodies: they stand for other machines. */
const sendersNiceness = 10;

const labels = ['alone', 'beside large bodies', 'beside another server with them'] as const;

interface Stretch {
  readonly label: (typeof labels)[number];
  readonly round: number;
  readonly pair: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the server that was asked, over the time, in cores. */
  readonly cores: number;
  /** Of its event loops. */
  readonly longestHoldMs: number;
  readonly largeAnswered: number;
}

/**
 * Small requests of one model while four clients send another model bodies of 50 MB of JSON. Clients
 * and servers share the machine, so the same bodies are sent to a second server too, which has nothing
 * to do with the small requests: what these suffer then is the machine's part.
 */
export const bigJsonNeighbour: Scenario = {
  name: 'big-json-neighbour',
  async run(context) {
    await using folder = await ScratchFolder.create();
    await writeFirstPixel(folder.path);
    const flags = [
      await modelConfig([
        { name: 'half_plus_two', base: halfPlusTwo },
        { name: 'first_pixel', base: folder.path },
      ]),
    ];
    const method = withRounds(context.method, 3);
    const watched = new WatchedThreads(path.join(folder.path, 'delays'));
    const smallInterview: Interview = {
      protocol: 'rest',
      connections: 16,
      questions: [restThreeFloats],
    };
    const largeInterview: Interview = {
      protocol: 'rest',
      connections: 4,
      questions: [largeQuestion()],
    };
    const stretches: Stretch[] = [];
    for (let round = 0; round < method.rounds; round++) {
      await using server = await startServal(context, flags, watched.env);
      await using other = await startServal(context, flags);
      await using small = await LoadClient.start(await planFor(smallInterview, server));
      await using large = await LoadClient.start(await planFor(largeInterview, server));
      await using elsewhere = await LoadClient.start(await planFor(largeInterview, other));
      await warmUp(small, method);
      for (const sender of [large, elsewhere]) {
        sender.setNiceness(sendersNiceness);
        await sender.closed(method.warmMs);
      }
      const ms = 3 * method.segmentMs;
      for (let pair = 0; pair < method.pairsPerRound; pair++) {
        const seed = 100 * round + pair;
        const measure = async (label: Stretch['label'], sender: LoadClient | null) => {
          const neighbour = sender?.closed(headStartMs + ms);
          await delay(headStartMs);
          const { delays, value } = await watched.during(server.pid, () =>
            costOf(server.pid, () => small.open({ ms, rate, seed })),
          );
          stretches.push({
            ...{ label, round, pair },
            p50Ms: quantile(value.latencyMs, 0.5),
            p99Ms: quantile(value.latencyMs, 0.99),
            cores: value.cpuMs / value.ms,
            longestHoldMs: Math.max(...delays.map(({ longest }) => longest)),
            largeAnswered: (await neighbour)?.answered ?? 0,
          });
        };
        const all = [
          ['alone', null],
          ['beside large bodies', large],
          ['beside another server with them', elsewhere],
        ] as const;
        for (const [label, sender] of pair % 2 === 0 ? all : all.toReversed()) {
          await measure(label, sender);
        }
      }
    }
    const row = (against: Stretch['label'], what: string, bounds: Pick<Row, 'must' | 'aim'>) => ({
      scenario: this.name,
      what: `p99 of small requests beside 4 clients with ${bodyMB} MB of JSON each / ${what}`,
      unit: '×' as const,
      value: ratioEstimate(stretches, 'beside large bodies', against, ({ p99Ms }) => p99Ms),
      ...bounds,
      notes: against === 'alone' ? labels.map((label) => describe(stretches, label)) : [],
    });
    const rows: Row[] = [
      row('alone', 'alone', { must: { atMost: 3 }, aim: { atMost: 2 } }),
      row('beside another server with them', 'while another server takes the bodies', {
        must: null,
        aim: null,
      }),
    ];
    return { rows, samples: stretches };
  },
};

function describe(stretches: readonly Stretch[], label: Stretch['label']): string {
  const own = stretches.filter((stretch) => stretch.label === label);
  const middle = (value: (stretch: Stretch) => number) => quantile(own.map(value), 0.5).toFixed(2);
  return (
    `${label}: p50 ${middle(({ p50Ms }) => p50Ms)} ms, p99 ${middle(({ p99Ms }) => p99Ms)} ms, ` +
    `longest hold of an event loop ${middle(({ longestHoldMs }) => longestHoldMs)} ms, ` +
    `${middle(({ largeAnswered }) => largeAnswered)} large answers, ${middle(({ cores }) => cores)} cores`
  );
}

/** As many images as fill the body, in the text of Python's `json.dumps`. */
function largeQuestion() {
  const pixel = (i: number) => String((i % 256) / 256);
  const pixels = Array.from({ length: side * side }, (_, i) =>
    i === 0 ? `[${firstPixel.join(', ')}]` : `[${pixel(i)}, ${pixel(i + 85)}, ${pixel(i + 170)}]`,
  );
  const rows = Array.from(
    { length: side },
    (_, i) => `[${pixels.slice(i * side, (i + 1) * side).join(', ')}]`,
  );
  const image = `[${rows.join(', ')}]`;
  const images = Array.from({ length: Math.ceil((bodyMB * 1e6) / image.length) }, () => image);
  const body = Buffer.from(`{"instances": [${images.join(', ')}]}`);
  return restPredict('first_pixel', body, { predictions: [[[firstPixel]]] });
}
