import type { FlagEffect, FlagGroup, FlagSpec, FlagType, FlagValue } from './flag.ts';
import type { ServerOptions } from './options.ts';

/** The greatest int32, and for gRPC's times no limit. */
export const maxInt32 = 2 ** 31 - 1;

// Effects of flags.
export const sets = (option: keyof ServerOptions): FlagEffect => ({ kind: 'option', option });
export const none = (reason: string): FlagEffect => ({ kind: 'none', reason });
export const refused = (reason: string): FlagEffect => ({ kind: 'refused', reason });
export const always: FlagEffect = { kind: 'always' };
export const command: FlagEffect = { kind: 'command' };

type Extra = Partial<Pick<FlagSpec, 'choices' | 'range' | 'defaultText' | 'fractions'>>;

/** One row of a table of flags; the rest of a {@link FlagSpec} is as usual. */
type Row = readonly [
  name: string,
  type: FlagType,
  defaultValue: FlagValue,
  effect: FlagEffect,
  text: string,
  extra?: Extra,
];

const rows = (group: FlagGroup, tfs: boolean, list: readonly Row[]): FlagSpec[] =>
  list.map(([name, type, value, effect, text, extra]) => ({
    name,
    type,
    default: value,
    defaultText: null,
    group,
    text,
    effect,
    choices: null,
    range: null,
    fractions: false,
    tfs,
    ...extra,
  }));

export const ofTfs = (group: FlagGroup, ...list: readonly Row[]) => rows(group, true, list);
export const ofServal = (group: FlagGroup, ...list: readonly Row[]) => rows(group, false, list);
