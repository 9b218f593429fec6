/**
 * `npm run bench:instructions [-- path … --update]`: counts the instructions of each path of
 * `paths/` under valgrind, and fails where one has risen over the baseline in `instructions.json` by
 * more than its tolerance. `--update` writes the baseline anew, for the paths that were counted.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Baseline, changeOf, round } from './baseline.ts';
import { countInstructions } from './callgrind.ts';
import type { MicroPath } from './micro-path.ts';
import { stripSources } from './stripped-sources.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { update: { type: 'boolean', default: false } },
});
if (spawnSync('valgrind', ['--version']).status !== 0) {
  console.error('valgrind is not installed');
  process.exit(2);
}

const folder = fileURLToPath(new URL('./paths', import.meta.url));
const all = globSync('*.ts', { cwd: folder }).map((file) => path.basename(file, '.ts'));
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no path ${unknown.join(', ')}; there are ${all.sort().join(', ')}`);
  process.exit(2);
}
const names = (positionals.length > 0 ? positionals : all).sort();

const file = new URL('./instructions.json', import.meta.url);
const baseline = JSON.parse(readFileSync(file, 'utf8')) as Baseline;
const isComparable = baseline.node === process.version && baseline.machine === process.arch;
if (!isComparable) {
  console.log(
    `the baseline is of Node.js ${baseline.node} on ${baseline.machine}: nothing is compared`,
  );
}

const scratch = mkdtempSync(path.join(os.tmpdir(), 'serval-instructions-'));
const counts = new Map<string, number>();
try {
  const hook = stripSources(scratch);
  const waiting = [...names];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      counts.set(name, await count(name, hook));
    }
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
} finally {
  rmSync(scratch, { recursive: true });
}

async function count(name: string, hook: string): Promise<number> {
  const { path: micro } = (await import(`./paths/${name}.ts`)) as { readonly path: MicroPath };
  const perUnit = (await countInstructions(name, hook)) / (micro.calls * micro.unitsPerCall);
  const before = isComparable ? baseline.paths[name] : undefined;
  const change = changeOf(perUnit, before, baseline.tolerance);
  if (change === 'worse') process.exitCode = 1;
  const ratio = before === undefined ? '' : (perUnit / before).toFixed(3);
  console.log(
    `${name.padEnd(24)} ${String(round(perUnit)).padStart(9)} instructions a ${micro.unit.padEnd(13)} ${ratio.padStart(6)}  ${change}`,
  );
  return round(perUnit);
}

if (values.update) {
  const kept = isComparable ? baseline.paths : {};
  const paths = Object.fromEntries(
    Object.entries({ ...kept, ...Object.fromEntries(counts) })
      .filter(([name]) => all.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const updated: Baseline = {
    node: process.version,
    machine: process.arch,
    tolerance: baseline.tolerance,
    paths,
  };
  writeFileSync(file, `${JSON.stringify(updated, null, 2)}\n`);
  process.exitCode = 0;
}
