/**
 * Checks that the rooms of `src/` import each other as `rooms.ts` says: only what is listed, only
 * through `index.ts`, and nothing listed in vain. Prints a line for each violation; exit code 1.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openToAll, rooms } from './rooms.ts';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const specifier = /(?:from\s+|import\s+|import\(\s*|new URL\(\s*)'(\.{1,2}\/[^']+)'/g;
const problems: string[] = [];
const used = new Map<string, Set<string>>();

const roomOf = (relative: string): string => {
  const [first, ...rest] = relative.split(path.sep);
  return rest.length === 0 ? '.' : first!;
};

function checkFile(relative: string): void {
  const room = roomOf(relative);
  const allowed = rooms[room];
  if (allowed === undefined) {
    problems.push(`${relative}: the room ${room} is not in scripts/rooms.ts`);
    return;
  }
  const text = readFileSync(path.join(src, relative), 'utf8');
  for (const [, target] of text.matchAll(specifier)) {
    const resolved = path.relative(src, path.resolve(src, path.dirname(relative), target!));
    if (resolved.startsWith('..')) continue;
    const other = roomOf(resolved);
    if (other === room) continue;
    const isTest = /\.test\.ts$|(^|\/)testing\//.test(relative);
    const isAllowed = (openToAll as readonly string[]).includes(other) || allowed.includes(other);
    if (!isAllowed && !isTest) {
      problems.push(`${relative}: ${room} may not import ${other} (${target})`);
      continue;
    }
    if (!isTest) {
      const seen = used.get(room) ?? new Set();
      used.set(room, seen.add(other));
    }
    const isDoor = resolved === path.join(other, 'index.ts');
    const isTesting = isTest && resolved.startsWith(path.join(other, 'testing'));
    if (!isDoor && !isTesting) {
      problems.push(`${relative}: ${target} is not the door of ${other} (its index.ts)`);
    }
  }
}

for (const entry of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
  if (/\.ts$/.test(entry) && !entry.startsWith(path.join('proto', 'gen'))) checkFile(entry);
}
for (const [room, allowed] of Object.entries(rooms)) {
  for (const other of allowed) {
    if (!used.get(room)?.has(other)) {
      problems.push(`scripts/rooms.ts: ${room} lists ${other}, but imports nothing from it`);
    }
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${Object.keys(rooms).length} rooms, imports as mapped`);
