import { type Estimate, estimate } from '../../stats/bootstrap.ts';

/** What ratios are made of: a value of one contestant in one pair of one round. */
export interface PairValue {
  readonly label: string;
  readonly round: number;
  readonly pair: number;
}

/** The ratios of one contestant's values to another's, pair by pair, in groups by round. */
export function pairRatios<T extends PairValue>(
  samples: readonly T[],
  subject: string,
  control: string,
  value: (sample: T) => number,
): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (const one of samples) {
    if (one.label !== subject) continue;
    const other = samples.find(
      ({ label, round, pair }) => label === control && round === one.round && pair === one.pair,
    );
    if (other !== undefined) (groups[one.round] ??= []).push(value(one) / value(other));
  }
  return groups.filter((group) => group !== undefined);
}

/** Their median with its interval. */
export function ratioEstimate<T extends PairValue>(
  samples: readonly T[],
  subject: string,
  control: string,
  value: (sample: T) => number,
): Estimate {
  return estimate(pairRatios(samples, subject, control, value));
}
