/**
 * `npm run bench -- [scenario …]`: measures Serval against controls in the same run, prints a table
 * and writes JSON. Without names, all scenarios run. See bench/README.md.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { environment } from './load/environment.ts';
import { type BenchContext, quickMethod, usualMethod, withPairs } from './load/method.ts';
import { rowText } from './load/report.ts';
import { type Row, Skipped, verdictOf } from './load/scenario.ts';
import { scenarios } from './load/scenarios/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    self: { type: 'boolean', default: false },
    pairs: { type: 'string' },
    peer: { type: 'string' },
    model: { type: 'string', multiple: true, default: [] },
    flag: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

if (values.list) {
  for (const { name } of scenarios) console.log(name);
  process.exit();
}
const unknown = positionals.filter((name) => !scenarios.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(
    `no scenario ${unknown.join(', ')}; there are ${scenarios.map(({ name }) => name).join(', ')}`,
  );
  process.exit(1);
}

const base = values.quick ? quickMethod : usualMethod;
const context: BenchContext = {
  method: values.pairs === undefined ? base : withPairs(base, Number(values.pairs)),
  peer: values.peer?.split(' ') ?? null,
  self: values.self,
  models: values.model,
  flags: values.flag,
  progress: (text) => console.error(text),
};
const chosen = scenarios.filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
);
const rows: Row[] = [];
const samples: Record<string, readonly object[]> = {};
const skipped: Record<string, string> = {};
const failed: Record<string, string> = {};
for (const scenario of chosen) {
  const { name } = scenario;
  try {
    const result = await scenario.run(context);
    rows.push(...result.rows);
    samples[name] = result.samples;
    console.log(`${name}\n${result.rows.map(rowText).join('\n')}`);
  } catch (error) {
    const kept = error instanceof Skipped ? skipped : failed;
    kept[name] = error instanceof Error ? error.message : String(error);
    console.log(`${name}\n${kept === skipped ? 'skipped' : 'failed'}: ${kept[name]}`);
    if (kept === failed) process.exitCode = 1;
  }
}

const report = {
  ...environment(),
  method: context.method,
  peer: values.peer ?? null,
  self: values.self,
  flags: values.flag,
  rows: rows.map((row) => ({ ...row, verdict: verdictOf(row) })),
  skipped,
  failed,
  samples,
};
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 1)}\n`);
