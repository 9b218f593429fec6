import { setTimeout as delay } from 'node:timers/promises';
import { modelConfig } from '../../../test/support/server.ts';
import { quantile } from '../../stats/quantile.ts';
import { LoadClient } from '../client/load-client.ts';
import { startServal } from '../contestants.ts';
import { type Interview, planFor } from '../interview.ts';
import { warmUp } from '../measure/interleave.ts';
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

interface Stretch {
  readonly label: 'alone' | 'beside large bodies';
  readonly round: number;
  readonly pair: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly largeAnswered: number;
}

/** Small requests of one model while four clients send another model bodies of 50 MB of JSON. */
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
      await using server = await startServal(context, flags);
      await using small = await LoadClient.start(await planFor(smallInterview, server));
      await using large = await LoadClient.start(await planFor(largeInterview, server));
      await warmUp(small, method);
      await large.closed(method.warmMs);
      const ms = 3 * method.segmentMs;
      for (let pair = 0; pair < method.pairsPerRound; pair++) {
        const seed = 100 * round + pair;
        const alone = async () => ({ ...(await small.open({ ms, rate, seed })), largeAnswered: 0 });
        const beside = async () => {
          const neighbour = large.closed(headStartMs + ms);
          await delay(headStartMs);
          const record = await small.open({ ms, rate, seed });
          return { ...record, largeAnswered: (await neighbour).answered };
        };
        const both = [
          ['alone', alone],
          ['beside large bodies', beside],
        ] as const;
        for (const [label, load] of pair % 2 === 0 ? both : both.toReversed()) {
          const { latencyMs, largeAnswered } = await load();
          const [p50Ms, p99Ms] = [quantile(latencyMs, 0.5), quantile(latencyMs, 0.99)];
          stretches.push({ label, round, pair, p50Ms, p99Ms, largeAnswered });
        }
      }
    }
    const row: Row = {
      scenario: this.name,
      what: `p99 of small requests beside 4 clients with ${bodyMB} MB of JSON each / alone`,
      unit: '×',
      value: ratioEstimate(stretches, 'beside large bodies', 'alone', ({ p99Ms }) => p99Ms),
      must: { atMost: 3 },
      aim: { atMost: 2 },
      notes: (['alone', 'beside large bodies'] as const).map((label) => describe(stretches, label)),
    };
    return { rows: [row], samples: stretches };
  },
};

function describe(stretches: readonly Stretch[], label: Stretch['label']): string {
  const own = stretches.filter((stretch) => stretch.label === label);
  const middle = (value: (stretch: Stretch) => number) => quantile(own.map(value), 0.5).toFixed(2);
  return `${label}: p50 ${middle(({ p50Ms }) => p50Ms)} ms, p99 ${middle(({ p99Ms }) => p99Ms)} ms`;
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
