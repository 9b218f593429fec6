import type { MetricSpec } from './metric-spec.ts';

/** What each thread that serves tells of itself, under the names of Serval. */
export const threadSpecs = {
  loopDelay: {
    name: 'serval_event_loop_delay_seconds',
    kind: 'histogram',
    labels: ['thread'],
    limits: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    help: 'How late timers of a thread come, looked at twice a second.',
  },
  heapUsed: {
    name: 'serval_heap_used_bytes',
    kind: 'gauge',
    labels: ['thread'],
    help: 'JavaScript heap in use.',
  },
  bytesInFlight: {
    name: 'serval_in_flight_bytes',
    kind: 'gauge',
    labels: ['thread'],
    help: 'Bytes of requests under way and of replies not sent yet.',
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;
