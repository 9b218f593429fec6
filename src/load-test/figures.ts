/** A time in ms with three figures: `0.12`, `3.46`, `120`; `-` for none. */
export function msText(ms: number): string {
  if (!Number.isFinite(ms)) return '-';
  if (ms >= 100) return ms.toFixed(0);
  if (ms >= 10) return ms.toFixed(1);
  return ms.toFixed(2);
}

/** A number of things a second, or of things: three figures at least, and no more digits than tell something. */
export function countText(count: number): string {
  if (!Number.isFinite(count)) return '-';
  if (count >= 100 || Number.isInteger(count)) return count.toFixed(0);
  return count >= 10 ? count.toFixed(1) : count.toFixed(2);
}

/** A share in percent. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
