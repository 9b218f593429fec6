import type { FlagSpec } from './flag.ts';
import { grpcConnectionFlags } from './flags-grpc-connections.ts';
import type { UserServerOptions } from './options.ts';

/** What `--grpc_channel_arguments` asks for. */
export interface ChannelArguments {
  readonly options: UserServerOptions;
  /** A line for each argument that changes nothing. */
  readonly warnings: readonly string[];
}

const int32 = /^[+-]?\d{1,10}$/;
const most = 2 ** 31 - 1;

/** What a value of an argument means here; null: nothing, it is too small. */
type Meaning = (value: number) => UserServerOptions | null;

/** Arguments that have flags of other names. */
const known: Readonly<Record<string, Meaning>> = {
  'grpc.max_concurrent_streams': (value) => (value >= 1 ? { maxConcurrentStreams: value } : null),
  // The library's words for no limit.
  'grpc.max_receive_message_length': (value) =>
    value === -1
      ? { grpcMaxMessageBytes: most }
      : value >= 1
        ? { grpcMaxMessageBytes: value }
        : null,
};

/** What is so in any case, whatever the value. */
const always: ReadonlySet<string> = new Set([
  'grpc.max_send_message_length',
  'grpc.so_reuseport',
  'grpc.http2.write_buffer_size',
]);

/**
 * Reads `key=value,key=value` (spec 1.2). The last of equal keys counts; an item without `=`, which in
 * TFS is undefined behaviour, is passed over with a warning.
 */
export function readChannelArguments(text: string): ChannelArguments {
  let options: UserServerOptions = {};
  const warnings: string[] = [];
  for (const item of text.split(',')) {
    if (item === '') continue;
    const equals = item.indexOf('=');
    const key = item.slice(0, equals);
    const value = item.slice(equals + 1);
    if (equals < 0) {
      warnings.push(`--grpc_channel_arguments: ${item} is ignored, since it has no value.`);
      continue;
    }
    if (always.has(key)) continue;
    const meaning = Object.hasOwn(known, key) ? known[key]! : flagMeaning(key);
    if (meaning === null) {
      warnings.push(`--grpc_channel_arguments: ${key} has no effect here.`);
      continue;
    }
    const number = int32.test(value) ? Number(value) : Number.NaN;
    const meant = Math.abs(number) <= most ? meaning(number) : null;
    if (meant !== null) options = { ...options, ...meant };
    else warnings.push(`--grpc_channel_arguments: ${item} is ignored: it must be ${wanted(key)}.`);
  }
  return { options, warnings };
}

/** Flags that are named as arguments are, but for the dots. */
const flagsByArgument: ReadonlyMap<string, FlagSpec> = new Map(
  grpcConnectionFlags.map((flag) => [
    flag.name.replace(/^grpc_(http2_)?/, (family) => family.replaceAll('_', '.')),
    flag,
  ]),
);

function flagMeaning(key: string): Meaning | null {
  const flag = flagsByArgument.get(key);
  if (flag?.effect.kind !== 'option') return null;
  const { effect, range } = flag;
  return (value) => {
    if (Number.isNaN(value) || (range !== null && value < range[0])) return null;
    return { [effect.option]: flag.type === 'bool' ? value !== 0 : value };
  };
}

function wanted(key: string): string {
  const flag = flagsByArgument.get(key);
  if (flag?.type === 'bool') return 'a number, 0 or 1';
  return flag?.range?.[0] === 0 ? 'a number, 0 or more' : 'a number above 0';
}
