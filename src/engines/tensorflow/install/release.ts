/**
 * The TensorFlow that Serval is built and tested with: which wheel holds it on which platform, and
 * what its libraries are called there. All names that differ by platform are in this file.
 */

/** The version that `installEngine` fetches. */
export const tensorFlowVersion = '2.21.0';

/** One wheel of the Python package index, known to the byte. */
export interface Wheel {
  /** The distribution's name: where there is no `tensorflow-cpu`, `tensorflow` is built for CPUs. */
  readonly distribution: string;
  readonly version: string;
  /** The wheel's platform tag, as pip's `--platform` takes it. */
  readonly platformTag: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Size of the wheel, in bytes. */
  readonly bytes: number;
  /** Size of what is unpacked from it, in bytes. */
  readonly unpackedBytes: number;
}

/** What `serval engine install` can fetch: native libraries from one pinned wheel for each platform. */
export interface NativePackage {
  /** What the command takes, and the folder in the cache. */
  readonly name: 'tensorflow' | 'tensorflow-text';
  /** For people. */
  readonly title: string;
  /** The version that an install fetches. */
  readonly version: string;
  /** By platform of {@link platformName}. */
  readonly wheels: Readonly<Record<string, Wheel>>;
  /** What is unpacked: path in the wheel → file name in the cache. */
  files(platform: string): ReadonlyMap<string, string>;
  /** Names of the libraries in the cache, without which a copy is not whole. */
  libraries(platform: string): readonly string[];
  /** What to do where an install can't work; ends the texts of its errors. */
  readonly byHand: string;
  /** The same where there is no wheel for the platform. */
  readonly ownBuild: string;
}

const wheels: Readonly<Record<string, Wheel>> = {
  'linux-x64': {
    distribution: 'tensorflow-cpu',
    version: tensorFlowVersion,
    platformTag: 'manylinux_2_27_x86_64',
    sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    bytes: 274_000_871,
    unpackedBytes: 853_787_275,
  },
  'linux-arm64': {
    distribution: 'tensorflow',
    version: tensorFlowVersion,
    platformTag: 'manylinux_2_27_aarch64',
    sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
    bytes: 281_946_471,
    unpackedBytes: 883_540_547,
  },
  'darwin-arm64': {
    distribution: 'tensorflow',
    version: tensorFlowVersion,
    platformTag: 'macosx_12_0_arm64',
    sha256: '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
    bytes: 223_488_205,
    unpackedBytes: 741_283_963,
  },
};

/** A platform as `process` names it, such as `linux-x64`. */
export function platformName(platform: string = process.platform, arch: string = process.arch) {
  return `${platform}-${arch}`;
}

/** File names of the two libraries. The framework must be loaded first, with global symbols. */
export interface LibraryNames {
  readonly framework: string;
  readonly cc: string;
}

/** What the libraries are called on a platform of {@link platformName}. */
export function libraryNames(platform: string): LibraryNames {
  return platform.startsWith('darwin-')
    ? { framework: 'libtensorflow_framework.2.dylib', cc: 'libtensorflow_cc.2.dylib' }
    : { framework: 'libtensorflow_framework.so.2', cc: 'libtensorflow_cc.so.2' };
}

/** Texts in the wheel that go with the libraries. */
const licenseFiles: ReadonlyMap<string, string> = new Map([
  ['tensorflow/include/LICENSE', 'LICENSE'],
  ['tensorflow/THIRD_PARTY_NOTICES.txt', 'THIRD_PARTY_NOTICES.txt'],
]);

/** TensorFlow itself. */
export const tensorFlowPackage: NativePackage = {
  name: 'tensorflow',
  title: 'TensorFlow',
  version: tensorFlowVersion,
  wheels,
  files(platform) {
    const { framework, cc } = libraryNames(platform);
    return new Map([
      [`tensorflow/${framework}`, framework],
      [`tensorflow/${cc}`, cc],
      ...licenseFiles,
    ]);
  },
  libraries(platform) {
    const { framework, cc } = libraryNames(platform);
    return [framework, cc];
  },
  byHand: 'or set SERVAL_TENSORFLOW_LIBRARY_PATH to a folder that holds the TensorFlow libraries',
  ownBuild: 'Build them, and set SERVAL_TENSORFLOW_LIBRARY_PATH to their folder',
};

/**
 * Whether libraries of this version serve Serval: the pinned version or a later one with the same
 * major number. TensorFlow promises that its C API keeps working for programs within a major
 * version; nothing is promised backwards.
 */
export function isCompatibleVersion(version: string): boolean {
  const [major, minor] = numbers(version);
  const [pinnedMajor, pinnedMinor] = numbers(tensorFlowVersion);
  return major === pinnedMajor && minor >= pinnedMinor;
}

/** Whether two versions differ at most in their third number: what ops are compiled for. */
export function isSameMinor(one: string, other: string): boolean {
  return String(numbers(one)) === String(numbers(other));
}

function numbers(version: string): readonly [major: number, minor: number] {
  const found = /^(\d+)\.(\d+)/.exec(version);
  return found === null ? [Number.NaN, Number.NaN] : [Number(found[1]), Number(found[2])];
}
