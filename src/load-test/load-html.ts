import { countText, msText } from './figures.ts';
import { htmlList, htmlPage, htmlTable, type PageSection } from './html-page.ts';
import { type LoadReport, type LoadStep, nameOf } from './load-report.ts';
import { loadHeadline, loadRemarks, loadTable } from './load-text.ts';
import type { LatencySummary } from './step-tally.ts';
import { type Plot, type PlotPoint, type PlotSeries, svgPlot } from './svg-plot.ts';

/** Lines in one plot that can still be told apart. */
const mostLines = 8;

/** A load test as a page of its own, with the figures and their plots. */
export function loadHtml(report: LoadReport): string {
  const remarks = loadRemarks(report);
  const sections: PageSection[] = [
    { heading: 'Figures', html: htmlTable(loadTable(report)) },
    ...(remarks.length === 0 ? [] : [{ heading: 'Remarks', html: htmlList(remarks) }]),
    ...plots(report).map((plot) => ({ heading: plot.title, html: svgPlot(plot) })),
  ];
  return htmlPage(
    `Load test of ${report.model}`,
    [...loadHeadline(report), `Begun at ${report.startedAt}`],
    sections.filter(({ html }) => html !== ''),
  );
}

function plots(report: LoadReport): Plot[] {
  const steps = report.steps.filter(({ answered }) => answered > 0);
  const name = nameOf(report.load);
  const label = (step: LoadStep) => `${name} ${step.level}`;
  const curve = (key: keyof LatencySummary, text: string): PlotSeries => ({
    name: text,
    points: steps.map((step) => ({
      x: step.requestsPerSecond,
      y: step.latencyMs[key],
      title: `${label(step)}: ${countText(step.requestsPerSecond)} requests/s, ${text} ${msText(step.latencyMs[key])} ms`,
    })),
  });
  const all: Plot[] = [];
  if (steps.length > 1) {
    all.push(
      {
        title: 'Latency against throughput',
        xLabel: 'requests a second',
        yLabel: 'ms',
        series: [curve('p50', 'p50'), curve('p90', 'p90'), curve('p99', 'p99')],
        logY: true,
      },
      {
        title: `Throughput against ${name}`,
        xLabel: name,
        yLabel: 'requests a second',
        series: [
          {
            name: 'requests/s',
            points: steps.map((step) => ({
              x: step.level,
              y: step.requestsPerSecond,
              title: `${label(step)}: ${countText(step.requestsPerSecond)} requests/s`,
            })),
          },
        ],
      },
    );
  }
  const lines = steps.slice(-mostLines);
  all.push({
    title: 'Latency by percentile',
    xLabel: '1 / share of slower requests (10: p90, 100: p99, 1000: p99.9)',
    yLabel: 'ms',
    series: lines.map((step) => ({ name: label(step), points: percentiles(step) })),
    logX: true,
    logY: true,
  });
  return all;
}

/** The distribution where tails are seen: each nine of a share takes the same width. */
function percentiles({ histogram, answered }: LoadStep): PlotPoint[] {
  const points: PlotPoint[] = [];
  let below = 0;
  let last = 0;
  for (const { toMs, count } of histogram) {
    below += count;
    const slower = Math.max(answered - below, 1) / answered;
    const x = 1 / slower;
    // A point for each tenth of a nine is as much as one sees.
    if (x < last * 1.25 && below < answered) continue;
    last = x;
    points.push({
      x,
      y: toMs,
      title: `all but ${(100 * slower).toPrecision(2)} % within ${msText(toMs)} ms`,
    });
  }
  return points;
}
