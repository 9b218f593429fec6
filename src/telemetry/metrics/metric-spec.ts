/** What a metric is: its name in the registry and what its cells look like. */
export interface MetricSpec {
  /** As TFS registers it (`/tensorflow/serving/request_count`), or a name of Serval's own. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** Of a histogram, ascending: a value is in the first bucket whose limit is above it. */
  readonly limits?: readonly number[];
  /** A line for people; TFS's metrics have none. */
  readonly help?: string;
}

/** Limits `scale × growth^i` for i from 0 to `count - 1`. */
export function exponentialLimits(scale: number, growth: number, count: number): number[] {
  const limits: number[] = [];
  for (let limit = scale; limits.length < count; limit *= growth) limits.push(limit);
  return limits;
}

/** Numbers that a cell keeps: one, or a histogram's buckets, the last without a limit, and its sum. */
export function cellLength({ kind, limits = [] }: MetricSpec): number {
  return kind === 'histogram' ? limits.length + 2 : 1;
}
