import { flagDefaultText, flags } from './flags.ts';

/**
 * The text of `--help`, in TFS's layout (spec 1.1): a line a flag, its parts divided by tabs. One
 * line more leads to what TFS does not have.
 */
export function flagsUsage(program: string): string {
  const lines = flags.map(
    (flag) => `\t--${flag.name}=${flagDefaultText(flag)}\t${flag.type}\t${flag.text}\n`,
  );
  return `usage: ${program}\nFlags:\n${lines.join('')}Other commands: ${program} help\n`;
}
