import { flags } from './flags.ts';
import { nearestName } from './nearest-name.ts';

/**
 * The name of the flag that an argument was probably meant to be: the shortest one that has all of
 * its words (`--rest-port`: `rest_api_port`), else the nearest in spelling, else null.
 */
export function nearestFlag(arg: string): string | null {
  const written = /^-*([^=]*)/.exec(arg)![1]!.toLowerCase().replaceAll('-', '_');
  const names = flags.map((flag) => flag.name);
  const words = written.split('_');
  const containing = names
    .filter((name) => words.length > 1 && words.every((word) => name.split('_').includes(word)))
    .sort((a, b) => a.length - b.length);
  return containing[0] ?? nearestName(written, names);
}
