import { escapeXml } from './svg-plot.ts';

/** One part of a page: a heading and HTML below it. */
export interface PageSection {
  readonly heading: string;
  readonly html: string;
}

/** Eight colors that are told apart, on light and on dark ground. */
const colors = [
  '#2a78d6',
  '#d1662a',
  '#2f9e5b',
  '#a4509e',
  '#b3862b',
  '#4a9bb5',
  '#c2506a',
  '#7b8794',
];

const style = `:root{color-scheme:light dark;--ground:#fff;--ink:#1d2127;--quiet:#5c6570;--grid:#e3e6ea}
@media (prefers-color-scheme:dark){:root{--ground:#15181c;--ink:#e6e9ed;--quiet:#9aa4af;--grid:#2c323a}}
body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0;color:var(--quiet)}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .7rem;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}th{font-weight:600}
th:first-child,td:first-child{text-align:left;padding-left:0}
svg{width:100%;max-width:44rem;height:auto;display:block}svg text{fill:var(--quiet);font:12px system-ui,sans-serif}
.grid{stroke:var(--grid)}polyline{fill:none;stroke-width:2}
${colors.map((color, i) => `polyline.s${i}{stroke:${color}}circle.s${i}{fill:${color}}`).join('\n')}`;

/** A page that needs nothing else: no script, no font, no link. Light or dark as its reader's system. */
export function htmlPage(
  title: string,
  lines: readonly string[],
  sections: readonly PageSection[],
): string {
  const paragraphs = lines.map((line) => `<p>${escapeXml(line)}</p>`).join('\n');
  const body = sections.map(({ heading, html }) => `<h2>${escapeXml(heading)}</h2>\n${html}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<style>
${style}
</style>
</head>
<body>
<h1>${escapeXml(title)}</h1>
${paragraphs}
${body.join('\n')}
</body>
</html>
`;
}

/** @param rows the first is the head */
export function htmlTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...others] = rows;
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;
  const body = others.map((row) => line('td', row)).join('\n');
  return `<div class="scroll"><table>\n<thead>${line('th', head)}</thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`;
}

export function htmlList(items: readonly string[]): string {
  return `<ul>\n${items.map((item) => `<li>${escapeXml(item)}</li>`).join('\n')}\n</ul>`;
}
