import { unimplemented } from '../status/index.ts';
import { readChannelArguments } from './channel-arguments.ts';
import { flags } from './flags.ts';
import type { ParsedFlags } from './flags-parse.ts';
import type { UserServerOptions } from './options.ts';
import { checkStart } from './start-checks.ts';

/**
 * The server options that a command line asks for.
 *
 * @throws StatusError INVALID_ARGUMENT: flags that exclude each other, as TFS has it (spec 1.3);
 * UNIMPLEMENTED: a flag that must not be ignored.
 */
export function optionsFromFlags(parsed: ParsedFlags): UserServerOptions {
  // The table gives each flag its type, and parsing keeps it.
  const value = <T>(name: string) => parsed.values.get(name) as T;
  checkStart({
    port: value('port'),
    grpcSocketPath: value('grpc_socket_path'),
    useAltsCredentials: value('use_alts_credentials'),
    sslConfigFile: value('ssl_config_file'),
    modelBasePath: value('model_base_path'),
    modelConfigFile: value('model_config_file'),
  });
  const options: Record<string, unknown> = {};
  const fromArguments: Readonly<Record<string, unknown>> = readChannelArguments(
    value('grpc_channel_arguments'),
  ).options;
  for (const flag of flags) {
    const given = parsed.values.get(flag.name);
    if (flag.effect.kind === 'refused' && given !== flag.default) {
      throw unimplemented(`--${flag.name} cannot be used: ${flag.effect.reason}.`);
    }
    if (flag.effect.kind !== 'option') continue;
    const { option } = flag.effect;
    options[option] = option === 'savedModelTags' ? String(given).split(',') : given;
    const isDefault = parsed.sources.get(flag.name)?.kind === 'default';
    if (isDefault && Object.hasOwn(fromArguments, option)) options[option] = fromArguments[option];
  }
  return options as UserServerOptions;
}
