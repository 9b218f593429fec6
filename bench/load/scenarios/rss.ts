import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { estimate } from '../../stats/bootstrap.ts';
import { startServal } from '../contestants.ts';
import { type Memory, readMemory } from '../measure/process-cost.ts';
import { halfPlusTwo, halfPlusTwoFlags } from '../models/half-plus-two.ts';
import { type RunningServer, startControl } from '../running-server.ts';
import type { Row, Scenario } from '../scenario.ts';

/** Long enough for what a start leaves behind to be collected, where it ever is. */
const settleMs = 2000;

/** Resident memory of Serval after its start, over that of a process that only holds the engine and the same model. */
export const rss: Scenario = {
  name: 'rss',
  async run(context) {
    const pairs: { serval: Memory; engine: Memory }[] = [];
    for (let round = 0; round < context.method.rounds; round++) {
      pairs.push({
        serval: await settled(await startServal(context, halfPlusTwoFlags)),
        engine: await settled(
          await startControl('engine-only', [path.join(halfPlusTwo, '00000123')]),
        ),
      });
    }
    const difference = (part: keyof Memory) =>
      estimate(pairs.map(({ serval, engine }) => [serval[part] - engine[part]]));
    const value = difference('rss');
    const describe = ({ rss: all, anonymous, files }: Memory) =>
      `${all.toFixed(0)} MB (${anonymous.toFixed(0)} anonymous, ${files.toFixed(0)} of files)`;
    const last = pairs.at(-1)!;
    const row: Row = {
      scenario: this.name,
      what: 'resident memory after the start, over the engine with the same model alone',
      unit: 'MB',
      value,
      must: { atMost: 120 },
      aim: { atMost: 80 },
      notes: [
        `serval: ${describe(last.serval)}; engine alone: ${describe(last.engine)}`,
        `anonymous memory alone: ${difference('anonymous').median.toFixed(0)} MB more`,
      ],
    };
    return { rows: [row], samples: pairs };
  },
};

async function settled(server: RunningServer): Promise<Memory> {
  await using one = server;
  await delay(settleMs);
  return readMemory(one.pid);
}
