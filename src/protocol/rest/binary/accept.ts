import type { MediaType } from './media-type.ts';

/** One element of an Accept header: `*` stands for any type or subtype. */
interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  /** 0 to 1; 0 is "not acceptable". */
  readonly quality: number;
}

/** How well a type is accepted. */
interface Match {
  readonly quality: number;
  /** 3 for a range that names the type, 2 for `application/*`, 1 for any. */
  readonly precision: number;
  /** Of the range in the header. */
  readonly index: number;
}

/**
 * The type that an Accept header likes best (RFC 9110, 12.5.1): of those with the highest quality
 * the one that is named rather than meant by a wildcard, then the one that is named first, then the
 * first of `types`.
 *
 * @param types what can be sent, the preferred first
 * @returns null where none of them is acceptable
 */
export function chooseType(accept: string, types: readonly MediaType[]): MediaType | null {
  const ranges = accept.split(',').map(readRange);
  let best: MediaType | null = null;
  let bestMatch: Match | null = null;
  for (const type of types) {
    const match = matchOf(ranges, type);
    if (match === null || match.quality === 0) continue;
    if (bestMatch !== null && !isBetter(match, bestMatch)) continue;
    best = type;
    bestMatch = match;
  }
  return best;
}

/** The most precise range decides about a type; of two equal ones, the first. */
function matchOf(ranges: readonly MediaRange[], { name }: MediaType): Match | null {
  const [ownType, ownSubtype] = name.split('/');
  let best: Match | null = null;
  for (let index = 0; index < ranges.length; index++) {
    const { type, subtype, quality } = ranges[index]!;
    let precision = 0;
    if (type === '*' && subtype === '*') precision = 1;
    else if (type !== ownType) continue;
    else if (subtype === '*') precision = 2;
    else if (subtype === ownSubtype) precision = 3;
    if (precision > (best?.precision ?? 0)) best = { quality, precision, index };
  }
  return best;
}

function isBetter(match: Match, other: Match): boolean {
  if (match.quality !== other.quality) return match.quality > other.quality;
  if (match.precision !== other.precision) return match.precision > other.precision;
  return match.precision === 3 && match.index < other.index;
}

/** Parameters other than `q` are ignored; a `q` that is no number counts as 1. */
function readRange(text: string): MediaRange {
  const [range, ...parameters] = text.split(';');
  const [type = '', subtype = ''] = range!.trim().toLowerCase().split('/');
  let quality = 1;
  for (const parameter of parameters) {
    const [, value] = /^\s*q\s*=\s*([0-9.]+)\s*$/i.exec(parameter) ?? [];
    const number = Number(value);
    if (value !== undefined && !Number.isNaN(number)) quality = Math.min(number, 1);
  }
  return { type, subtype, quality };
}
