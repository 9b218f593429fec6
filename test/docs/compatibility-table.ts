import { readFileSync } from 'node:fs';

/** What the table says of a thing that TensorFlow Serving has, or, `added`, that Serval alone has. */
export const verdicts = ['same', 'better', 'in part', 'added', 'not'] as const;

export type Verdict = (typeof verdicts)[number];

export interface CompatibilityRow {
  /** What the row is about: a flag, a field, a route … */
  readonly name: string;
  readonly verdict: Verdict;
  /** How, or why. */
  readonly remark: string;
  readonly line: number;
}

const file = new URL('../../docs/compatibility.md', import.meta.url);
const codeSpan = /`([^`]+)`/g;

/**
 * The rows of the tables of docs/compatibility.md under one `##` heading, those under its `###` headings too: each
 * name in the first cell makes a row.
 * @throws Error where a row is not of the form that all of them have
 */
export function compatibilityRows(heading: string): CompatibilityRow[] {
  const rows: CompatibilityRow[] = [];
  let isInside = false;
  for (const [index, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (text.startsWith('## ')) isInside = text === `## ${heading}`;
    if (isInside && text.startsWith('| `')) rows.push(...rowsOf(text, index + 1));
  }
  if (rows.length === 0) throw new Error(`docs/compatibility.md has no table under ${heading}`);
  return rows;
}

function rowsOf(text: string, line: number): CompatibilityRow[] {
  const [names = '', said = '', remark = ''] = text
    .slice(1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
  const verdict = verdicts.find((known) => known === said);
  if (verdict === undefined) throw new Error(`line ${line}: ${said} is no verdict`);
  if (verdict !== 'same' && remark === '') throw new Error(`line ${line}: say how, or why`);
  return [...names.matchAll(codeSpan)].map(([, name]) => ({
    name: name!.replaceAll('\\|', '|'),
    ...{ verdict, remark, line },
  }));
}
