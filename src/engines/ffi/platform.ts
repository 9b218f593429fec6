import { failedPrecondition } from '../../status/index.ts';

/** What differs between the operating systems that native libraries are reached on. */
export interface NativePlatform {
  /** The C library, as the dynamic linker finds it. */
  readonly libc: string;
  /** `dlfcn.h`: RTLD_NOW, RTLD_GLOBAL and RTLD_NODELETE together. */
  readonly pinFlags: number;
  /** `fcntl.h`: F_DUPFD_CLOEXEC. */
  readonly duplicateCommand: number;
  /** Whether the C library has glibc's `malloc_trim`. */
  readonly hasMallocTrim: boolean;
}

const platforms: Partial<Record<NodeJS.Platform, NativePlatform>> = {
  linux: {
    libc: 'libc.so.6',
    pinFlags: 0x2 | 0x100 | 0x1000,
    duplicateCommand: 1030,
    hasMallocTrim: true,
  },
  darwin: {
    libc: '/usr/lib/libSystem.B.dylib',
    pinFlags: 0x2 | 0x8 | 0x80,
    duplicateCommand: 67,
    hasMallocTrim: false,
  },
};

/** @throws StatusError FAILED_PRECONDITION on a system that no native engine supports. */
export function nativePlatform(): NativePlatform {
  const platform = platforms[process.platform];
  if (platform === undefined) {
    throw failedPrecondition(`Native engines do not run on ${process.platform}`);
  }
  return platform;
}
