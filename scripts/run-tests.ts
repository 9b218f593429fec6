/**
 * Runs the test files, each in a process of its own and two at once: units beside the sources first,
 * then the system tests of `test/`, which start real servers. Arguments choose files
 * (`npm run test:run -- src/tensor test/rest`); without any, all run.
 */
import '../bin/compile-cache.js';
import { globSync, statSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const chosen = process.argv.slice(2);

/** The system tests that take the longest, which begin first so that none of them is left alone at the end. */
const longest = [
  'test/data-threads/crash.test.ts',
  'test/lifecycle/graceful-end.test.ts',
  'test/load/serval-tune.test.ts',
  'test/load/memory.test.ts',
  'test/lifecycle/load-cycles.test.ts',
  'test/lifecycle/live-versions.test.ts',
  'test/lifecycle/hot-swap.test.ts',
  'test/request-log/request-log.test.ts',
];

function filesUnder(roots: readonly string[]): string[] {
  const patterns = roots.map((entry) =>
    statSync(entry, { throwIfNoEntry: false })?.isDirectory() ? `${entry}/**/*.test.ts` : entry,
  );
  return globSync(patterns, { cwd: root })
    .filter((file) => !file.startsWith('test/interop/'))
    .sort();
}

async function runStage(stage: string, files: readonly string[]): Promise<boolean> {
  if (files.length === 0) return true;
  console.log(`# ${stage}: ${files.length} files`);
  const first = longest.filter((file) => files.includes(file));
  const rest = files.filter((file) => !longest.includes(file));
  const tests = run({
    files: [...first, ...rest].map((file) => path.join(root, file)),
    concurrency: 2,
    timeout: 600_000,
  });
  let hasPassed = true;
  tests.on('test:fail', () => {
    hasPassed = false;
  });
  const report = tests.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await finished(report);
  return hasPassed;
}

const all = filesUnder(
  chosen.length > 0 ? chosen : ['src', 'scripts', 'examples', 'bench', 'test'],
);
if (all.length === 0) {
  console.error(`no test files match ${chosen.join(' ')}`);
  process.exitCode = 1;
} else {
  // Test files, and the servers that they hold, find code compiled as a server of the command does.
  const compiled = getCompileCacheDir();
  if (compiled !== undefined) process.env.NODE_COMPILE_CACHE = path.dirname(compiled);
  const isSystem = (file: string) => file.startsWith('test/');
  const units = await runStage(
    'unit tests',
    all.filter((file) => !isSystem(file)),
  );
  const system = await runStage('system tests', all.filter(isSystem));
  if (!units || !system) process.exitCode = 1;
}
