import { flagByName, flags } from './flags.ts';
import type { ParsedFlags } from './flags-parse.ts';
import { nearestFlag } from './nearest-flag.ts';

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
  const mixed = String(parsed.values.get('mixed_precision'));
  if (mixed !== '' && mixed !== 'bfloat16') {
    warnings.push(
      `--mixed_precision has no effect: ${mixed} auto mixed precision is not supported. Valid option: bfloat16.`,
    );
  }
  for (const flag of flags) {
    if (flag.effect.kind !== 'none' || parsed.values.get(flag.name) === flag.default) continue;
    warnings.push(`--${flag.name} has no effect: ${flag.effect.reason}.`);
  }
  return warnings;
}
