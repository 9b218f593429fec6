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
  /** The numbers of sched_getattr(2) and sched_setattr(2), which many C libraries do not have; null: the system has no such calls. */
  readonly schedulerCalls: {
    readonly getAttributes: number;
    readonly setAttributes: number;
  } | null;
}

const schedulerCalls: Partial<Record<NodeJS.Architecture, NativePlatform['schedulerCalls']>> = {
  x64: { getAttributes: 315, setAttributes: 314 },
  arm64: { getAttributes: 275, setAttributes: 274 },
};

const platforms: Partial<Record<NodeJS.Platform, NativePlatform>> = {
  linux: {
    libc: 'libc.so.6',
    pinFlags: 0x2 | 0x100 | 0x1000,
    duplicateCommand: 1030,
    hasMallocTrim: true,
    schedulerCalls: schedulerCalls[process.arch] ?? null,
  },
  darwin: {
    libc: '/usr/lib/libSystem.B.dylib',
    pinFlags: 0x2 | 0x8 | 0x80,
    duplicateCommand: 67,
    hasMallocTrim: false,
    schedulerCalls: null,
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
