import { readChannelArguments } from './channel-arguments.ts';
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

/** What a PlatformConfigMap says in the place of flags (spec 1.2). */
const ofPlatforms: ReadonlySet<string> = new Set([
  ...['enable_batching', 'batching_parameters_file', 'enable_per_model_batching_parameters'],
  ...['tensorflow_session_parallelism', 'tensorflow_session_config_file', 'saved_model_tags'],
  ...['tensorflow_intra_op_parallelism', 'tensorflow_inter_op_parallelism'],
  ...['per_process_gpu_memory_fraction', 'enable_model_warmup', 'prefer_tflite_model'],
  ...['num_request_iterations_for_warmup', 'num_tflite_pools'],
  ...['num_tflite_interpreters_per_pool', 'mixed_precision'],
]);

/** A warning for each flag that was given a value but has no effect, with the reason. */
export function noEffectWarnings(parsed: ParsedFlags): string[] {
  const warnings: string[] = [];
  warnings.push(
    ...readChannelArguments(String(parsed.values.get('grpc_channel_arguments'))).warnings,
  );
  const hasPlatforms = parsed.values.get('platform_config_file') !== '';
  const mixed = hasPlatforms ? '' : String(parsed.values.get('mixed_precision'));
  if (mixed !== '' && mixed !== 'bfloat16') {
    warnings.push(
      `--mixed_precision has no effect: ${mixed} auto mixed precision is not supported. Valid option: bfloat16.`,
    );
  }
  for (const flag of flags) {
    if (hasPlatforms && ofPlatforms.has(flag.name)) {
      if (parsed.values.get(flag.name) === flag.default) continue;
      warnings.push(`--${flag.name} has no effect: --platform_config_file says it all.`);
      continue;
    }
    if (flag.effect.kind !== 'none' || parsed.values.get(flag.name) === flag.default) continue;
    warnings.push(`--${flag.name} has no effect: ${flag.effect.reason}.`);
  }
  return warnings;
}
