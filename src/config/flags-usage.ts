import { flagDefaultText, flags, flagText } from './flags.ts';

/**
 * The text of `--help`, in TFS's layout (spec 1.1): a line a flag, its parts divided by tabs. A line
 * with its name, which TFS has not, is before each group, and one at the end leads to the rest.
 */
export function flagsUsage(program: string): string {
  const groups = [...new Set(flags.map((flag) => flag.group))].map((group) => {
    const lines = flags
      .filter((flag) => flag.group === group)
      .map(
        (flag) => `\t--${flag.name}=${flagDefaultText(flag)}\t${flag.type}\t${flagText(flag)}\n`,
      );
    return `${group}:\n${lines.join('')}`;
  });
  return `usage: ${program}\nFlags:\n${groups.join('')}Other commands: ${program} help\n`;
}
