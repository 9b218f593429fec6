import type { Contestant } from './contestant.ts';
import type { BenchContext } from './method.ts';
import { startModelServer } from './running-server.ts';

export interface ServalOptions extends Omit<Contestant, 'start' | 'label'> {
  readonly label?: string;
  readonly flags: readonly string[];
}

/** The checkout's Serval. */
export function serval(context: BenchContext, options: ServalOptions): Contestant {
  const { label = 'serval', flags, ...rest } = options;
  return { label, ...rest, start: () => startModelServer([...flags, ...context.flags]) };
}

/** The peer of the command line, asked the same with the same flags; none without one. */
export function peersLike(
  { peer }: BenchContext,
  like: Contestant,
  flags: readonly string[],
): readonly Contestant[] {
  if (peer === null) return [];
  return [{ ...like, label: 'peer', start: () => startModelServer(flags, { command: peer }) }];
}
