import { seededRandom } from '../../src/util/index.ts';
import { median, quantile } from './quantile.ts';

/** A median and the interval in which it lies with 95 %. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Values that it was made from. */
  readonly count: number;
}

/**
 * The median of all values, with a bootstrap interval. Values come in groups, one for each restart
 * of the processes: what was measured in one process has much in common, so groups are drawn first,
 * then values within each. With one group only its values are drawn, and the interval says nothing of restarts.
 */
export function estimate(groups: readonly (readonly number[])[], resamples = 2000): Estimate {
  const filled = groups.filter((group) => group.length > 0);
  const all = filled.flat();
  const random = seededRandom(1);
  const draw = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const medians = Array.from({ length: all.length === 0 ? 0 : resamples }, () =>
    median(
      filled.flatMap(() => {
        const group = draw(filled);
        return group.map(() => draw(group));
      }),
    ),
  );
  return {
    median: median(all),
    low: quantile(medians, 0.025),
    high: quantile(medians, 0.975),
    count: all.length,
  };
}
