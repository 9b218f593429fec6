import type { ServableStatus } from '../core/index.ts';
import { servableIdText } from '../core/index.ts';
import { type StatusError, unknown } from '../status/index.ts';

/**
 * The error of a start (`servable(s)`, spec 4.6) or of a reload (`model(s)`, spec 2.5) whose models
 * did not all become available, or null if they did. Its cause is the first model's error.
 */
export function loadFailure(
  noun: 'servable(s)' | 'model(s)',
  decided: readonly ServableStatus[],
): StatusError | null {
  const failed = decided.filter(({ state }) => state !== 'AVAILABLE');
  if (failed.length === 0) return null;
  const entries = failed.map(({ id, error }) => {
    const reason = error === null ? '' : ` due to error: ${error}`;
    return `{${servableIdText(id)}${reason}}, `;
  });
  return unknown(`${failed.length} ${noun} did not become available: {${entries.join('')}}`, {
    cause: failed[0]?.error?.cause,
  });
}
