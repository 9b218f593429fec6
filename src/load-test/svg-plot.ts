/** A line of a plot. */
export interface PlotSeries {
  readonly name: string;
  /** In the order in which they are joined. */
  readonly points: readonly PlotPoint[];
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Shown when one points at it. */
  readonly title: string;
}

/** A plot with straight axes from zero, or with a logarithmic one. */
export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly PlotSeries[];
  readonly logX?: boolean;
  readonly logY?: boolean;
}

const width = 640;
const height = 320;
const margin = { left: 64, right: 24, top: 16, bottom: 48 };

/**
 * A plot as SVG without any outside resource. Colors come from the page's classes `s0`, `s1`, …; a
 * legend is drawn where there are several lines.
 */
export function svgPlot(plot: Plot): string {
  const points = plot.series.flatMap((series) => series.points);
  if (points.length === 0) return '';
  const x = scale(
    points.map((point) => point.x),
    plot.logX ?? false,
    [margin.left, width - margin.right],
  );
  const y = scale(
    points.map((point) => point.y),
    plot.logY ?? false,
    [height - margin.bottom, margin.top],
  );
  const parts = [
    ...x.ticks.map((tick) => xTick(x.at(tick), tick)),
    ...y.ticks.map((tick) => yTick(y.at(tick), tick)),
    text((margin.left + width - margin.right) / 2, height - 8, plot.xLabel, 'middle'),
    `<text transform="translate(14 ${(height - margin.bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(plot.yLabel)}</text>`,
    ...plot.series.map((series, i) => line(series, i, x.at, y.at)),
    ...(plot.series.length > 1 ? plot.series.map((series, i) => legend(series.name, i)) : []),
  ];
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(plot.title)}">${parts.join('')}</svg>`;
}

/** For text and attributes of XML and HTML. */
export function escapeXml(value: string): string {
  return value.replaceAll(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

function scale(values: readonly number[], isLog: boolean, [from, to]: [number, number]): Scale {
  const positive = values.filter((value) => value > 0);
  const most = Math.max(...positive, 0) || 1;
  if (isLog) {
    const low = Math.floor(Math.log10(Math.min(...positive, most)));
    const high = Math.max(Math.ceil(Math.log10(most)), low + 1);
    const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
    const share = (value: number) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low);
    return { ticks, at: (value) => from + (to - from) * share(value) };
  }
  const step = niceStep(most / 5);
  const end = Math.ceil(most / step - 1e-9) * step;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step);
  return { ticks, at: (value) => from + (to - from) * (value / end) };
}

/** 1, 2 or 5 times a power of ten, not less than `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}

function xTick(x: number, value: number): string {
  return `<line class="grid" stroke="#ddd" x1="${round(x)}" x2="${round(x)}" y1="${margin.top}" y2="${height - margin.bottom}"/>${text(x, height - margin.bottom + 16, tickText(value), 'middle')}`;
}

function yTick(y: number, value: number): string {
  return `<line class="grid" stroke="#ddd" x1="${margin.left}" x2="${width - margin.right}" y1="${round(y)}" y2="${round(y)}"/>${text(margin.left - 6, y + 4, tickText(value), 'end')}`;
}

function line(
  { points }: PlotSeries,
  index: number,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const path = points.map((point) => `${round(x(point.x))},${round(y(point.y))}`).join(' ');
  const dots = points.map(
    (point) =>
      `<circle class="s${index}" cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="3"><title>${escapeXml(point.title)}</title></circle>`,
  );
  return `<polyline class="s${index}" fill="none" stroke="currentColor" points="${path}"/>${dots.join('')}`;
}

function legend(name: string, index: number): string {
  const y = margin.top + 14 + 16 * index;
  return `<circle class="s${index}" cx="${margin.left + 14}" cy="${y - 4}" r="4"/>${text(margin.left + 24, y, name, 'start')}`;
}

function text(x: number, y: number, value: string, anchor: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeXml(value)}</text>`;
}

function tickText(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
