/**
 * Generates `src/proto/gen` from the `.proto` files of `proto/`, without a network. With `--check`
 * it generates into a temporary folder instead and fails, naming the files, where the committed
 * code differs from what the contract gives.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const generated = path.join(root, 'src/proto/gen');

/** Runs buf with the ECMAScript plug-in; `target` is made if it does not exist. */
function generate(target: string): void {
  const template = {
    version: 'v2',
    plugins: [
      {
        local: path.join(root, 'node_modules/.bin/protoc-gen-es'),
        out: target,
        opt: ['target=ts', 'import_extension=ts', 'erasable_syntax=true'],
      },
    ],
  };
  execFileSync(
    path.join(root, 'node_modules/.bin/buf'),
    ['generate', 'proto', '--template', JSON.stringify(template)],
    { cwd: root, stdio: 'inherit' },
  );
}

function filesOf(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (entry.endsWith('.ts')) files.set(entry, readFileSync(path.join(folder, entry), 'utf8'));
  }
  return files;
}

/** The names of the files that differ, or exist on one side only. */
function differences(expected: string, actual: string): string[] {
  const wanted = filesOf(expected);
  const found = filesOf(actual);
  const names = new Set([...wanted.keys(), ...found.keys()]);
  return [...names].filter((name) => wanted.get(name) !== found.get(name)).sort();
}

const check = process.argv.includes('--check');
// Beside the target, so that the finished folder can be moved into place in one step.
const workspace = mkdtempSync(path.join(check ? tmpdir() : path.dirname(generated), '.gen-'));
const fresh = path.join(workspace, 'gen');
try {
  generate(fresh);
  if (check) {
    const stale = differences(fresh, generated);
    for (const name of stale) console.error(`src/proto/gen/${name} is not what proto/ gives`);
    if (stale.length > 0) process.exitCode = 1;
    else console.log(`${filesOf(fresh).size} generated files, as proto/ gives`);
  } else {
    rmSync(generated, { recursive: true, force: true });
    renameSync(fresh, generated);
  }
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
