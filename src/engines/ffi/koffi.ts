import koffi from 'koffi';

/**
 * A native address as a number: user space ends far below 2^53 on every supported machine, and
 * numbers cost no allocation where BigInts do. 0 is NULL. Declared to koffi as `uintptr_t`.
 */
export type Address = number;

/** A C function: called plainly on this thread, or with `async` on libuv's pool. */
export interface NativeFunction<Args extends readonly unknown[], Result> {
  (...args: Args): Result;
  async(...args: [...Args, (error: unknown, result: Result) => void]): void;
}

/** A library that koffi has loaded in this thread. */
export type NativeLibrary = Pick<ReturnType<typeof koffi.load>, 'func'>;

/**
 * koffi runs native code on stacks of its own, by default 128 KiB for calls made with `async`.
 * That is for small functions; a library that parses graphs and instantiates functions recursively
 * expects what the system gives a thread. The pages are only used where they are touched.
 */
const stackBytes = 8 * 1024 * 1024;

/**
 * Gives native calls of this thread a full-sized stack. koffi allows that only before its first
 * library is loaded: false when something else in this program came first with smaller ones.
 */
export function useFullStacks(): boolean {
  const { sync_stack_size: sync = 0, async_stack_size: async = 0 } = koffi.config();
  if (sync >= stackBytes && async >= stackBytes) return true;
  try {
    koffi.config({
      sync_stack_size: stackBytes,
      async_stack_size: stackBytes,
      // As many as koffi can keep for the next call, and as many calls as it can have under way:
      // who makes them bounds them.
      resident_async_pools: 32,
      max_async_calls: 4096,
    });
    return true;
  } catch {
    return false;
  }
}

let underWay = 0;

/**
 * Counts the native calls off this thread that have not returned: `endProcess` looks here. `callAsync`
 * keeps the count of its own; whoever calls `async` itself, or has another thread call, says when
 * that begins and has ended.
 */
export const pendingCalls = {
  begin(): void {
    underWay++;
  },
  end(): void {
    underWay--;
  },
  get count(): number {
    return underWay;
  },
};

/** Makes a native call somewhere, and tells when it has returned. */
export type CallNative = <Args extends readonly unknown[], Result>(
  native: NativeFunction<Args, Result>,
  ...args: Args
) => Promise<Result>;

/** Calls on this thread, which is held meanwhile: for threads that have nothing else to do. */
export async function callHere<Args extends readonly unknown[], Result>(
  native: NativeFunction<Args, Result>,
  ...args: Args
): Promise<Result> {
  return native(...args);
}

/**
 * Calls on libuv's pool. Arguments that are objects must stay alive and unchanged until the
 * promise settles; those that are addresses must stay valid.
 */
export function callAsync<Args extends readonly unknown[], Result>(
  native: NativeFunction<Args, Result>,
  ...args: Args
): Promise<Result> {
  return new Promise((resolve, reject) => {
    native.async(...args, (error, result) => {
      pendingCalls.end();
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    });
    // Not before: a call that koffi refuses throws, and never ends.
    pendingCalls.begin();
  });
}
