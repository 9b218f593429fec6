import { readChannelArguments } from './channel-arguments.ts';
import { compileModelConfigs } from './files/compile-model-configs.ts';
import type { ModelConfig, VersionPolicy } from './files/model-config.ts';
import { readModelServerConfig } from './files/read-model-server-config.ts';
import { readPlatforms } from './files/read-platforms.ts';
import type { FlagSpec, FlagValue } from './flag.ts';
import { flags } from './flags.ts';
import { optionsFromFlags } from './flags-options.ts';
import type { FlagSource, ParsedFlags } from './flags-parse.ts';
import type { ServerOptions } from './options.ts';
import { compileServerOptions } from './options-compile.ts';

/**
 * The effective configuration as text, a line for each flag and for each model with where it comes
 * from: every value as the server would use it. User names and passwords in URIs are hidden, and of
 * files that hold keys the path alone is shown.
 *
 * @throws StatusError what would fail the start: flags that exclude each other, a model config
 * file that cannot be read or is not valid.
 */
export async function effectiveConfig(parsed: ParsedFlags): Promise<string> {
  const options = compileServerOptions(optionsFromFlags(parsed));
  const groups = [...new Set(flags.map((flag) => flag.group))].map((group) => {
    const inGroup = flags.filter((flag) => flag.group === group && hasValue(flag));
    const lines = inGroup.map((flag) => flagLine(flag, parsed, options));
    return `# ${group}\n${lines.join('')}`;
  });
  const message = await readModelServerConfig(options);
  const models = compileModelConfigs(message, {
    rootDirectory: options.modelConfigListRootDir,
    platforms: new Set((await readPlatforms(options)).platforms.map(({ name }) => name)),
  });
  const file = options.modelConfigFile;
  const base = parsed.sources.get('model_base_path')!;
  const single = base.kind === 'environment' ? sourceText(base) : 'flags';
  const source = file === '' ? single : `file ${file}`;
  const modelLines = models.map((model) => line(modelText(model), source));
  return `${groups.join('\n')}\n# Models served\n${modelLines.join('')}`;
}

const hasValue = ({ effect: { kind } }: FlagSpec): boolean =>
  kind !== 'alias' && kind !== 'command';

function flagLine(flag: FlagSpec, parsed: ParsedFlags, options: ServerOptions): string {
  const { effect, name } = flag;
  const given = parsed.values.get(name)!;
  const value = effect.kind === 'option' ? options[effect.option] : given;
  const text = Array.isArray(value) ? value.join(',') : (value as FlagValue);
  const source = sourceText(parsed.sources.get(name)!);
  const isOther = typeof text !== 'string' && text !== given;
  const isOfMachine = isOther && name !== 'num_request_iterations_for_warmup';
  const isFromArguments =
    isOther && Object.hasOwn(argumentsOf(parsed), effect.kind === 'option' ? effect.option : '');
  const note = effect.kind === 'none' && given !== flag.default ? ', has no effect' : '';
  return line(
    `--${name}=${typeof text === 'string' ? hideUserInfo(text) : text}`,
    isFromArguments
      ? `${sourceText(parsed.sources.get(argumentsFlag)!)} --${argumentsFlag}`
      : `${source}${isOther ? ` (${given})` : ''}${isOfMachine ? ', chosen for this machine' : ''}${note}`,
  );
}

const argumentsFlag = 'grpc_channel_arguments';
const argumentsOf = (parsed: ParsedFlags) =>
  readChannelArguments(String(parsed.values.get(argumentsFlag))).options;

function sourceText(source: FlagSource): string {
  return source.kind === 'environment' ? `env ${source.variable}` : source.kind;
}

const line = (text: string, source: string): string => `${text.padEnd(56)} # ${source}\n`;

const hideUserInfo = (text: string): string => text.replaceAll(/:\/\/[^/@\s]*@/g, '://<hidden>@');

function modelText({ name, basePath, platform, versionPolicy, labels }: ModelConfig): string {
  const labelTexts = [...labels].map(([label, version]) => `${label}=${version}`);
  const labelText = labelTexts.length === 0 ? '' : ` labels ${labelTexts.join(',')}`;
  return `${name} ${hideUserInfo(basePath)} ${platform} ${versionsText(versionPolicy)}${labelText}`;
}

function versionsText(policy: VersionPolicy): string {
  switch (policy.kind) {
    case 'all':
      return 'all versions';
    case 'latest':
      return `latest ${policy.count}`;
    case 'specific':
      return `versions ${policy.versions.join(',')}`;
  }
}
