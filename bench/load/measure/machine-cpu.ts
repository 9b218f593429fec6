import { readFileSync } from 'node:fs';
import os from 'node:os';

const ticksPerMs = 100 / 1000;

/** CPU time that all processes of the machine have used, in ms, to the clock tick. */
export function machineCpuMs(): number {
  const first = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!;
  const [user, nice, system, , , irq, softIrq] = first.trim().split(/\s+/).slice(1).map(Number);
  return (user! + nice! + system! + irq! + softIrq!) / ticksPerMs;
}

/** Stretches in which others took more than this part of the machine say little of what was measured. */
const mostOfMachine = 0.1;

/** What other processes than those that are measured took of the machine in some stretch of load. */
export interface Others {
  /** CPU time over time. */
  readonly othersCores: number;
}

export function wasDisturbed({ othersCores }: Others): boolean {
  return othersCores > mostOfMachine * os.availableParallelism();
}

/**
 * The stretches of those pairs in which other processes left the machine alone, and a note on the others. All of
 * them where fewer than half of the pairs are left.
 */
export function undisturbed<T extends Others & { readonly round: number; readonly pair: number }>(
  stretches: readonly T[],
): { readonly kept: readonly T[]; readonly note: string } {
  const pairOf = ({ round, pair }: T) => `${round} ${pair}`;
  const all = new Set(stretches.map(pairOf));
  const bad = new Set(stretches.filter(wasDisturbed).map(pairOf));
  if (bad.size === 0) return { kept: stretches, note: `${all.size} pairs` };
  const disturbed = `in ${bad.size} of ${all.size} pairs other processes took part of the machine`;
  if (2 * bad.size > all.size) return { kept: stretches, note: `${disturbed}: they count too` };
  const kept = stretches.filter((one) => !bad.has(pairOf(one)));
  return { kept, note: `${disturbed}: they do not count` };
}
