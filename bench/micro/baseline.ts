/** Counts that were found right, for one version of Node.js: another compiles to other instructions. */
export interface Baseline {
  readonly node: string;
  readonly machine: string;
  /** Share by which a count may rise. */
  readonly tolerance: number;
  /** Instructions by path. */
  readonly paths: Readonly<Record<string, number>>;
}

export type Change = 'new' | 'same' | 'better' | 'worse';

/** What a count says against the baseline. */
export function changeOf(count: number, before: number | undefined, tolerance: number): Change {
  if (before === undefined) return 'new';
  if (count > before * (1 + tolerance)) return 'worse';
  return count < before * (1 - tolerance) ? 'better' : 'same';
}

/** Shown with four digits that count. */
export function round(count: number): number {
  return Number(count.toPrecision(4));
}
