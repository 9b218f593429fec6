import { median } from '../stats/quantile.ts';
import { interleave, type Sample } from './measure/interleave.ts';
import { ratioEstimate } from './measure/pair-ratios.ts';
import type { BenchContext } from './method.ts';
import type { Bound, Result, Row } from './scenario.ts';
import type { Contestant } from './subject.ts';

export interface CpuComparison {
  readonly scenario: string;
  readonly what: string;
  readonly subject: Contestant;
  readonly control: Contestant;
  /** Others that are measured against the control too, as a peer is. */
  readonly others: readonly Contestant[];
  readonly must: Bound | null;
  readonly aim: Bound | null;
}

/** CPU time of the server a request, in µs. */
export const cpuPerRequest = ({ cpuMs, answered }: Sample): number => (cpuMs * 1000) / answered;

/** Measures the server's CPU time a request in closed loop, the contestants interleaved. */
export async function compareCpu(
  context: BenchContext,
  comparison: CpuComparison,
): Promise<Result> {
  const { scenario, what, subject, others, must, aim } = comparison;
  const control = context.self ? { ...subject, label: 'the same again' } : comparison.control;
  const samples = await interleave([subject, control, ...others], context.method);
  const row = (
    one: Contestant,
    against: Contestant,
    text: string,
    bounds: Pick<Row, 'must' | 'aim'>,
  ): Row => ({
    scenario,
    what: text,
    unit: '×',
    value: ratioEstimate(samples, one.label, against.label, cpuPerRequest),
    ...bounds,
    notes: [describe(samples, one.label), describe(samples, against.label)],
  });
  const none = { must: null, aim: null };
  const first = context.self
    ? row(subject, control, `${what} (against itself)`, none)
    : row(subject, control, what, { must, aim });
  const rest = others.flatMap((other) => [
    row(other, control, `${other.label} / ${control.label}`, none),
    row(subject, other, `${subject.label} / ${other.label}`, none),
  ]);
  return { rows: [first, ...rest], samples: samples.map(summary) };
}

/** CPU a request and answers a second of one contestant, and whether its client kept up. */
export function describe(samples: readonly Sample[], label: string): string {
  const own = samples.filter((sample) => sample.label === label);
  const cost = median(own.map(cpuPerRequest)).toFixed(1);
  const rate = Math.round(median(own.map(({ answered, ms }) => (answered / ms) * 1000)));
  const busy = median(own.map(({ clientCpuMs, ms }) => clientCpuMs / ms));
  const server = median(own.map(({ cpuMs, ms }) => cpuMs / ms));
  const limit = busy > 0.9 && busy > server ? ', the client was the bottleneck' : '';
  return `${label}: ${cost} µs of CPU a request, ${rate} a second${limit}`;
}

/** A sample as it goes into the JSON file, with the latencies cut down to two percentiles. */
export function summary({ latencyMs, threads, ...rest }: Sample): object {
  return {
    ...rest,
    threads: threads.filter(({ ms }) => ms > rest.cpuMs / 50),
    p50Ms: median(latencyMs),
    p99Ms: latencyMs.toSorted()[Math.floor(latencyMs.length * 0.99)],
  };
}
