/**
 * Compiles `wasm/number-lists.ts` to the WebAssembly module that reads the numbers of JSON, without
 * a network, and writes it as base64 to `src/protocol/rest/gen/number-lists-wasm.ts`.
 *
 * With `--check` it fails where the committed module is not what the source gives.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const source = 'wasm/number-lists.ts';
const target = 'src/protocol/rest/gen/number-lists-wasm.ts';

/** 64 KiB each: state, tables and a window of text, then the elements that the text may hold. */
const pages = '3';

function compile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'serval-wasm-'));
  try {
    const file = path.join(folder, 'number-lists.wasm');
    const compiler = path.join(root, 'node_modules/assemblyscript/bin/asc.js');
    const options = [
      ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--use', 'abort='],
      ...['--initialMemory', pages, '--maximumMemory', pages, '--outFile', file],
    ];
    execFileSync(process.execPath, [compiler, source, ...options], { cwd: root, stdio: 'inherit' });
    const lines = [
      `// @generated from ${source}: a WebAssembly module.`,
      `export const numberListsWasm = '${readFileSync(file).toString('base64')}';`,
      '',
    ];
    return lines.join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const text = compile();
const file = path.join(root, target);
if (!process.argv.includes('--check')) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
} else if (text === readFileSync(file, 'utf8')) {
  console.log(`${target} is what ${source} gives`);
} else {
  console.error(`${target} is not what ${source} gives`);
  process.exitCode = 1;
}
