/**
 * The quantile of these values, interpolated between neighbours; NaN of none.
 *
 * @param share from 0 (the least) to 1 (the greatest); 0.5 is the median.
 */
export function quantile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  return low === high ? low : low + (high - low) * (at - below);
}

export function median(values: Iterable<number>): number {
  return quantile(values, 0.5);
}
