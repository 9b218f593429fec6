import { flagByName, flags } from './flags.ts';
import type { ParsedFlags } from './flags-parse.ts';

/** A warning for each argument that is not a flag, with what was probably meant. */
export function unknownArgumentWarnings(parsed: ParsedFlags): string[] {
  const { args } = parsed;
  const warnings: string[] = [];
  const explained = new Set<number>();
  const end = args.indexOf('--');
  for (const index of parsed.unknown) {
    const arg = args[index]!;
    if (explained.has(index) || arg === '--') continue;
    if (end >= 0 && index > end) {
      warnings.push(`Argument ${arg} is ignored: it stands behind --, which ends the flags.`);
      continue;
    }
    const previous = args[index - 1] ?? '';
    const switched = previous.startsWith('--') ? flagByName.get(previous.slice(2)) : undefined;
    if (switched?.type === 'bool' && /^(true|false)$/.test(arg)) {
      warnings.push(
        `Argument ${arg} is ignored and ${previous} means ${previous}=true: write ${previous}=${arg}.`,
      );
      continue;
    }
    const lacksValue = arg.startsWith('--') ? flagByName.get(arg.slice(2)) : undefined;
    if (lacksValue !== undefined) {
      const next = args[index + 1];
      const taken = next !== undefined && parsed.unknown.includes(index + 1) && next[0] !== '-';
      if (taken) explained.add(index + 1);
      warnings.push(
        taken
          ? `Arguments ${arg} ${next} are ignored: a value follows an equals sign. Write ${arg}=${next}.`
          : `Argument ${arg} is ignored, since it has no value: write ${arg}=<${lacksValue.type}>.`,
      );
      continue;
    }
    const name = nearestFlag(arg);
    const hint = name === null ? ' See --help for all flags.' : ` Did you mean --${name}?`;
    warnings.push(`Unknown argument ${arg} is ignored.${hint}`);
  }
  return warnings;
}

/** A warning for each flag that was given a value but has no effect, with the reason. */
export function noEffectWarnings(parsed: ParsedFlags): string[] {
  const warnings: string[] = [];
  for (const flag of flags) {
    if (flag.effect.kind !== 'none' || parsed.values.get(flag.name) === flag.default) continue;
    warnings.push(`--${flag.name} has no effect: ${flag.effect.reason}.`);
  }
  return warnings;
}

/** The name of the flag that an argument resembles most; null where none is close. */
export function nearestFlag(arg: string): string | null {
  const written = /^-*([^=]*)/.exec(arg)![1]!.toLowerCase().replaceAll('-', '_');
  return nearest(
    written,
    flags.map((flag) => flag.name),
  );
}

/**
 * The candidate most like `text`: one that two typing mistakes explain, else the shortest one that
 * has all of its words (`rest_port`: `rest_api_port`), else one that differs in a third of it.
 */
export function nearest(text: string, candidates: readonly string[]): string | null {
  if (text.length < 2 || text.length > 100) return null;
  const ranked = candidates
    .map((name) => ({ name, distance: editDistance(text, name) }))
    .sort((a, b) => a.distance - b.distance);
  const closest = ranked[0];
  if (closest !== undefined && closest.distance <= 2) return closest.name;
  const words = text.split('_');
  const containing = candidates
    .filter((name) => words.length > 1 && words.every((word) => name.split('_').includes(word)))
    .sort((a, b) => a.length - b.length)[0];
  if (containing !== undefined) return containing;
  return closest !== undefined && closest.distance <= text.length / 3 ? closest.name : null;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
