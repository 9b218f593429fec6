/**
 * Runs the test files with `node --test`: units beside the sources first, then the system tests of
 * `test/`, which start real servers and so run one file at a time. Arguments choose files
 * (`npm run test:run -- src/tensor test/rest`); without any, all run.
 */
import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const chosen = process.argv.slice(2);

function filesUnder(roots: readonly string[]): string[] {
  const patterns = roots.map((entry) =>
    statSync(entry, { throwIfNoEntry: false })?.isDirectory() ? `${entry}/**/*.test.ts` : entry,
  );
  return globSync(patterns, { cwd: root })
    .filter((file) => !file.startsWith('test/interop/'))
    .sort();
}

function run(stage: string, files: readonly string[], concurrency: number): boolean {
  if (files.length === 0) return true;
  console.log(`# ${stage}: ${files.length} files`);
  const { status } = spawnSync(
    process.execPath,
    ['--test', `--test-concurrency=${concurrency}`, '--test-timeout=600000', ...files],
    { cwd: root, stdio: 'inherit' },
  );
  return status === 0;
}

const all = filesUnder(
  chosen.length > 0 ? chosen : ['src', 'scripts', 'examples', 'bench', 'test'],
);
if (all.length === 0) {
  console.error(`no test files match ${chosen.join(' ')}`);
  process.exitCode = 1;
} else {
  const isSystem = (file: string) => file.startsWith('test/');
  const passed = [
    run(
      'unit tests',
      all.filter((file) => !isSystem(file)),
      2,
    ),
    run('system tests', all.filter(isSystem), 1),
  ];
  if (passed.includes(false)) process.exitCode = 1;
}
