import koffi from 'koffi';
import { type Address, type NativeFunction, useFullStacks } from './koffi.ts';
import { nativePlatform } from './platform.ts';

/** The functions of the C library that engines need. */
export interface LibC {
  readonly malloc: NativeFunction<[bytes: number], Address>;
  readonly free: NativeFunction<[address: Address], void>;
  readonly memcpy: NativeFunction<[to: Address, from: Address, bytes: number], void>;
  readonly dlopen: NativeFunction<[path: string, flags: number], Address>;
  readonly dlerror: NativeFunction<[], string | null>;
  /** Gives free pages back to the system; null where the C library has no such function. */
  readonly mallocTrim: NativeFunction<[keepBytes: number], number> | null;
  /** Variadic: the type of the last argument comes before it. */
  readonly fcntl: NativeFunction<
    [descriptor: number, command: number, type: 'int', argument: number],
    number
  >;
  /** Of sched_getattr(2) and sched_setattr(2), which differ in their last argument; null where there are none. */
  readonly syscall: NativeFunction<
    [number: number, thread: number, attributes: Address, third: number, fourth: number],
    number
  > | null;
  /** Ends the process at once: no exit handlers, no destructors, no waiting for threads. */
  readonly exitNow: NativeFunction<[code: number], void>;
  /** False when native calls run on koffi's small stacks: see {@link useFullStacks}. */
  readonly fullStacks: boolean;
}

let loaded: LibC | null = null;

/** The C library of this thread, loaded on first use. */
export function libc(): LibC {
  return (loaded ??= load());
}

function load(): LibC {
  const platform = nativePlatform();
  const fullStacks = useFullStacks();
  const library = koffi.load(platform.libc);
  return {
    malloc: library.func('malloc', 'uintptr_t', ['size_t']),
    free: library.func('free', 'void', ['uintptr_t']),
    memcpy: library.func('memcpy', 'void', ['uintptr_t', 'uintptr_t', 'size_t']),
    dlopen: library.func('dlopen', 'uintptr_t', ['str', 'int']),
    dlerror: library.func('dlerror', 'str', []),
    mallocTrim: platform.hasMallocTrim ? library.func('malloc_trim', 'int', ['size_t']) : null,
    fcntl: library.func('int fcntl(int, int, ...)'),
    syscall:
      platform.schedulerCalls === null
        ? null
        : library.func('syscall', 'long', ['long', 'long', 'uintptr_t', 'uint', 'uint']),
    exitNow: library.func('_exit', 'void', ['int']),
    fullStacks,
  };
}
