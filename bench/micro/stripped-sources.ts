import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../..', import.meta.url);

/**
 * Writes all sources without their types into a folder, and a module for `--import` that gives
 * Node.js these in place of the files.
 *
 * @returns the module's path
 */
export function stripSources(folder: string): string {
  const from = fileURLToPath(root);
  for (const file of globSync(['src/**/*.ts', 'bench/**/*.ts'], { cwd: from })) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, stripTypeScriptTypes(readFileSync(path.join(from, file), 'utf8')));
  }
  const hook = path.join(folder, 'hook.mjs');
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';
const [from, to] = ${JSON.stringify([root.href, `${pathToFileURL(folder).href}/`])};
registerHooks({
  load: (url, context, next) =>
    url.startsWith(from) && url.endsWith('.ts')
      ? { format: 'module', shortCircuit: true, source: readFileSync(new URL(to + url.slice(from.length))) }
      : next(url, context),
});
`,
  );
  return hook;
}
