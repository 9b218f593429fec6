import type { ServerOptions } from './options.ts';

/** The types of TFS's flags. `int64` values are numbers, exact up to 2⁵³. */
export type FlagType = 'int32' | 'int64' | 'float' | 'bool' | 'string';

export type FlagValue = number | boolean | string;

export type FlagGroup =
  | 'Network'
  | 'Models'
  | 'Loading'
  | 'TensorFlow'
  | 'Batching'
  | 'Inference'
  | 'Security'
  | 'Observability'
  | 'Limits'
  | 'Process';

/** What a flag does here. */
export type FlagEffect =
  /** It sets a server option. */
  | { readonly kind: 'option'; readonly option: keyof ServerOptions }
  /** Another name of a flag. */
  | { readonly kind: 'alias'; readonly of: string }
  /** It says what other options are, where their own flags do not. */
  | { readonly kind: 'arguments' }
  /** The command line itself acts on it. */
  | { readonly kind: 'command' }
  /** What it asks for is so in any case. */
  | { readonly kind: 'always' }
  /** Accepted without effect; `reason` completes "--x has no effect: ". */
  | { readonly kind: 'none'; readonly reason: string }
  /** Doing nothing would do harm: a value other than the default fails the start, for `reason`. */
  | { readonly kind: 'refused'; readonly reason: string };

/** One row of the flag table. */
export interface FlagSpec {
  /** Without dashes. */
  readonly name: string;
  readonly type: FlagType;
  readonly default: FlagValue;
  /** The default in words, where it depends on the machine; else null. */
  readonly defaultText: string | null;
  readonly group: FlagGroup;
  /** One line for `--help` and docs/flags.md. */
  readonly text: string;
  readonly effect: FlagEffect;
  /** The only values allowed; null: any of the type. */
  readonly choices: readonly string[] | null;
  /** The least and the greatest number that the start accepts; null: any of the type. */
  readonly range: readonly [least: number, greatest: number] | null;
  /**
   * Whether an embedding program may set the option to a fraction. The command line takes what the
   * type says in any case.
   */
  readonly fractions: boolean;
  /** Whether TFS has a flag of this name. */
  readonly tfs: boolean;
}
