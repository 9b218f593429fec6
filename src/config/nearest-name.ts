/**
 * The known name that a mistyped one most likely means: the one fewest edits away, where at most a
 * third of the letters differ; null if none is that near. Case and `-` for `_` count a quarter.
 */
export function nearestName(mistyped: string, known: Iterable<string>): string | null {
  // A longer name is no slip of the fingers, and distances cost the product of the lengths.
  if (mistyped.length > 100) return null;
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(mistyped.length / 3)) + 0.25;
  for (const name of known) {
    if (Math.abs(name.length - mistyped.length) > least) continue;
    const distance = editDistance(mistyped, name);
    if (distance < least) {
      nearest = name;
      least = distance;
    }
  }
  return nearest;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one name into the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const a = from[row - 1]!;
      const b = to[column - 1]!;
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1);
      cost = Math.min(cost, last[column - 1]! + replacementCost(a, b));
      if (row > 1 && column > 1 && a === to[column - 2] && from[row - 2] === b) {
        cost = Math.min(cost, beforeLast[column - 2]! + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}

function replacementCost(a: string, b: string): number {
  if (a === b) return 0;
  const isSpelling = a.toLowerCase() === b.toLowerCase() || (a === '-' && b === '_');
  return isSpelling ? 0.25 : 1;
}
