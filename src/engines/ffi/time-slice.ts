import { type LibC, libc } from './libc.ts';
import { addressOf } from './memory.ts';
import { type NativePlatform, nativePlatform } from './platform.ts';

/**
 * Shorter than what the kernel gives by itself (0.7 ms on one CPU, 1.4 on two, 2.8 on eight and more), but long enough for what a request needs: one that is
 * let go on before it is done waits for a whole tick.
 */
const sliceNs = 600_000n;

/** `linux/sched/types.h`: `struct sched_attr`, as of its first version. */
const attributeBytes = 48;
const offsets = { size: 0, policy: 4, flags: 8, nice: 16, runtime: 24 } as const;
const usualPolicy = 0;
const resetOnFork = 1n;
const thisThread = 0;

/**
 * Asks the system to run this thread soon after it is woken, and for a shorter while at once: for threads that serve connections
 * beside others that compute. Its share of the machine stays what it is.
 *
 * Linux has that from 6.12 on for threads of any user (sched_setattr(2), `sched_runtime` with `SCHED_OTHER`): a thread that computes
 * need not be let go on to the end of its own slice for one whose slice is shorter. Earlier kernels take the call and do nothing.
 * What this thread starts from now on has slices of the usual length.
 *
 * @returns false where the system does not take it, or whoever runs the process has given it another policy or priority
 */
export function shortenTimeSlice(): boolean {
  try {
    return shorten(nativePlatform().schedulerCalls, libc().syscall);
  } catch {
    // No system or C library that engines run on, of which they tell by themselves.
    return false;
  }
}

function shorten(calls: NativePlatform['schedulerCalls'], syscall: LibC['syscall']): boolean {
  if (calls === null || syscall === null) return false;
  const attributes = new ArrayBuffer(attributeBytes);
  const view = new DataView(attributes);
  const address = addressOf(attributes);
  if (syscall(calls.getAttributes, thisThread, address, attributeBytes, 0) !== 0) return false;
  const isUsual = view.getUint32(offsets.policy, true) === usualPolicy;
  if (!isUsual || view.getInt32(offsets.nice, true) < 0) return false;
  view.setUint32(offsets.size, attributeBytes, true);
  view.setBigUint64(offsets.flags, view.getBigUint64(offsets.flags, true) | resetOnFork, true);
  view.setBigUint64(offsets.runtime, sliceNs, true);
  return syscall(calls.setAttributes, thisThread, address, 0, 0) === 0;
}
