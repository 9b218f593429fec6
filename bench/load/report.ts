import { type Bound, type Row, verdictOf } from './scenario.ts';

/** Lines of a table: what, value with its interval, bounds, verdict, and the notes below. */
export function rowText(row: Row): string {
  const { what, unit, value, must, aim, notes } = row;
  const number = (n: number) => (Math.abs(n) >= 100 ? n.toFixed(0) : n.toFixed(2));
  const head = [
    `${number(value.median)} ${unit}`.padStart(9),
    `[${number(value.low)}, ${number(value.high)}]`.padEnd(15),
    `must ${boundText(must)}`.padEnd(12),
    `aim ${boundText(aim)}`.padEnd(12),
    verdictOf(row).padEnd(9),
    what,
  ];
  return [head.join('  '), ...notes.map((note) => `${' '.repeat(12)}${note}`)].join('\n');
}

function boundText(bound: Bound | null): string {
  if (bound === null) return '-';
  if ('atMost' in bound) return `≤ ${bound.atMost}`;
  if ('atLeast' in bound) return `≥ ${bound.atLeast}`;
  return `${bound.from}–${bound.to}`;
}
