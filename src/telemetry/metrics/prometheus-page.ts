import { formatG } from './format-g.ts';
import type { MetricSpec } from './metric-spec.ts';

/** A cell's labels and numbers: one, or a histogram's buckets and sum. */
export interface MetricRow {
  readonly labels: readonly string[];
  readonly numbers: ArrayLike<number>;
}

/** A metric with its cells, in the order in which they are printed. */
export interface MetricCells {
  readonly spec: MetricSpec;
  readonly rows: readonly MetricRow[];
}

/** Prometheus's text as TFS prints it (spec 10): also metrics without cells have a line. */
export function prometheusPage(metrics: readonly MetricCells[]): string {
  const sorted = metrics.toSorted((a, b) => (a.spec.name < b.spec.name ? -1 : 1));
  return sorted.map(metricText).join('');
}

function metricText({ spec, rows }: MetricCells): string {
  const name = spec.name.replace(/[^A-Za-z0-9_]/g, ':');
  const help = spec.help === undefined ? '' : `# HELP ${name} ${spec.help}\n`;
  const cells = rows.map((row) => {
    const labels = labelText(spec, row);
    return spec.kind === 'histogram'
      ? histogramText(name, spec, labels, row)
      : `${name}{${labels}} ${integerText(row.numbers[0]!)}\n`;
  });
  return `${help}# TYPE ${name} ${spec.kind}\n${cells.join('')}`;
}

function histogramText(
  name: string,
  { limits = [] }: MetricSpec,
  labels: string,
  { numbers }: MetricRow,
): string {
  let text = '';
  let count = 0;
  const before = labels === '' ? '' : `${labels},`;
  for (let bucket = 0; bucket <= limits.length; bucket++) {
    count += numbers[bucket]!;
    const limit = bucket === limits.length ? '+Inf' : formatG(limits[bucket]!);
    text += `${name}_bucket{${before}le="${limit}"} ${integerText(count)}\n`;
  }
  const sum = formatG(numbers[limits.length + 1]!);
  return `${text}${name}_sum{${labels}} ${sum}\n${name}_count{${labels}} ${integerText(count)}\n`;
}

function labelText({ labels: names }: MetricSpec, { labels: values }: MetricRow): string {
  return names
    .map((name, i) => `${name.replace(/[^A-Za-z0-9]/g, '_')}="${escaped(values[i]!)}"`)
    .join(',');
}

/** Line breaks too, which TFS leaves as they are: one in a name or an error text makes the whole page unreadable. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function integerText(value: number): string {
  return BigInt(Math.trunc(value)).toString();
}
