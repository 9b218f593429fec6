import { exponentialLimits, type MetricSpec } from './metric-spec.ts';

/** What adaptive batching decides, under the names of Serval. */
export const adaptiveSpecs = {
  batchRows: {
    name: 'serval_adaptive_batch_rows',
    kind: 'histogram',
    labels: [],
    limits: exponentialLimits(1, 2, 14),
    help: 'Rows that were found to be the most to run at once, for each batch.',
  },
  runs: {
    name: 'serval_adaptive_runs',
    kind: 'histogram',
    labels: [],
    limits: exponentialLimits(1, 2, 8),
    help: 'Batches of a queue that were found to be the most to run at once, for each batch.',
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;
