import koffi from 'koffi';
import { failedPrecondition } from '../../status/index.ts';
import { callAsync, type NativeLibrary } from './koffi.ts';
import { libc } from './libc.ts';
import { nativePlatform } from './platform.ts';

/**
 * Loads a shared library for good: its symbols are global, and it stays in the process until the
 * end. koffi unloads libraries when a thread's environment ends, which runs their destructors
 * under threads that still use them, and a second load would register everything twice; a pinned
 * library is not unloaded by anyone. Every thread pins before its own {@link openLibrary}.
 *
 * Reading a large library from disk takes seconds, so the loading is done off this thread.
 *
 * @throws StatusError FAILED_PRECONDITION with the dynamic linker's own text.
 */
export async function pinLibrary(path: string): Promise<void> {
  const { dlopen, dlerror } = libc();
  const { pinFlags } = nativePlatform();
  if ((await callAsync(dlopen, path, pinFlags)) !== 0) return;
  // dlerror tells of the calling thread's last failure: the attempt must fail again on this one.
  if (dlopen(path, pinFlags) !== 0) return;
  throw failedPrecondition(`Cannot load the native library ${path}: ${dlerror() ?? 'no reason'}`);
}

/** koffi's view of a library that {@link pinLibrary} has loaded; takes no time. */
export function openLibrary(path: string): NativeLibrary {
  return koffi.load(path);
}
