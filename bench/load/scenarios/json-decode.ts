import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { estimate } from '../../stats/bootstrap.ts';
import { type Bound, type Row, type Scenario, Skipped } from '../scenario.ts';

const program = fileURLToPath(new URL('../../micro/json-decode.ts', import.meta.url));
/** A row for text with a space behind each comma; the first ratio is that of the medians. */
const line = /^read (.+?), [\d.]+ MB, spaced .*? ([\d.]+) ×/gm;
const processes = 3;

/** Decoding of an image as JSON text against JSON.parse and flattening: `bench/micro/json-decode.ts` in several processes. */
export const jsonDecode: Scenario = {
  name: 'json-decode',
  async run({ method }) {
    const ratios = new Map<string, number[]>();
    for (let i = 0; i < Math.min(method.rounds, processes); i++) {
      const { stdout } = await promisify(execFile)(process.execPath, [program]);
      for (const [, kind, ratio] of stdout.matchAll(line)) {
        const own = ratios.get(kind!) ?? [];
        ratios.set(kind!, own);
        own.push(Number(ratio));
      }
    }
    if (ratios.size === 0) throw new Skipped(`${program} prints no ratios`);
    const rows = [...ratios].map(
      ([kind, values]): Row => ({
        scenario: this.name,
        what: `JSON tensor decode, times as fast as JSON.parse and flattening: ${kind}`,
        unit: '×',
        value: estimate(values.map((value) => [value])),
        must: atLeast(3),
        aim: atLeast(/double/.test(kind) ? 5 : 6),
        notes: [],
      }),
    );
    return { rows, samples: [Object.fromEntries(ratios)] };
  },
};

const atLeast = (bound: number): Bound => ({ atLeast: bound });
