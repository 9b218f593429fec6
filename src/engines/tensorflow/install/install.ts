import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cancelled,
  failedPrecondition,
  StatusError,
  unimplemented,
} from '../../../status/index.ts';
import type { Logger } from '../../../telemetry/index.ts';
import {
  cacheDirectory,
  createTemporary,
  type Environment,
  engineDirectory,
  engineRoot,
  type InstalledEngine,
  publish,
  readInstalled,
  removeLeftovers,
} from './cache.ts';
import { downloadWheel, verifyWheel } from './download.ts';
import { formatBytes, type InstallProgress, type ProgressListener } from './progress.ts';
import { type NativePackage, platformName, tensorFlowPackage, type Wheel } from './release.ts';
import { unpackFiles } from './unpack.ts';

export interface InstallOptions {
  /** Serval's cache. Default: by {@link cacheDirectory}. */
  readonly cacheDir?: string | undefined;
  /** Name or path of a Python 3 that has pip. Default `python3`. */
  readonly python?: string | undefined;
  /** Default `process.env`. */
  readonly environment?: Environment | undefined;
  /** Default: nobody is told. */
  readonly progress?: ProgressListener | undefined;
  /** Default: no log. */
  readonly logger?: Logger | undefined;
  /** An abort ends the install, cleans up and rejects with CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** As `process` names it, such as `linux-x64`. Default: where this runs. */
  readonly platform?: string | undefined;
  /** Default: the pinned wheel of the platform. */
  readonly wheel?: Wheel | undefined;
}

/** Room for the manifest, folders and rounding to blocks, in bytes. */
const slackBytes = 16_000_000;
/** At most so many progress events a second. */
const eventsEveryMs = 100;

/** Puts the TensorFlow libraries into Serval's cache: {@link installPackage}. */
export async function installTensorFlow(options: InstallOptions = {}): Promise<InstalledEngine> {
  return await installPackage(tensorFlowPackage, options);
}

/**
 * Puts native libraries into Serval's cache: pip downloads the pinned wheel, its hash is
 * checked, the libraries and the licence texts are unpacked, and one rename publishes them.
 * A whole copy that is there already is returned at once. Two installs at the same time do not
 * disturb each other; what a killed one has left is removed by the next.
 *
 * @throws StatusError with one line that says what to do: UNIMPLEMENTED (no wheel for this
 * platform), FAILED_PRECONDITION (no Python, no pip, no space, cache not writable), UNAVAILABLE
 * (no network), DATA_LOSS (another file than the pinned one), CANCELLED (by `signal`).
 */
export async function installPackage(
  subject: NativePackage,
  options: InstallOptions = {},
): Promise<InstalledEngine> {
  const environment = options.environment ?? process.env;
  const cacheDir = options.cacheDir ?? cacheDirectory(environment);
  const platform = options.platform ?? platformName();
  const wheel = options.wheel ?? wheelOrThrow(subject, platform);
  const engine = subject.name;
  const directory = engineDirectory(cacheDir, { engine, version: wheel.version, platform });
  const present = await readInstalled(directory);
  if (present !== null) return present;

  const title = `${subject.title} ${wheel.version}`;
  const signal = options.signal ?? null;
  let temporary: string | null = null;
  try {
    await removeLeftovers(cacheDir, engine);
    await requireSpace(cacheDir, subject, wheel.bytes + wheel.unpackedBytes + slackBytes);
    temporary = await createTemporary(cacheDir, engine);
    const report = reporter(title, options.progress ?? (() => {}));
    options.logger?.info(`Downloading ${title} (${formatBytes(wheel.bytes)})`, { cacheDir });

    const downloads = join(temporary, 'download');
    const unpacked = join(temporary, 'unpacked');
    await mkdir(downloads);
    await mkdir(unpacked);

    const download = report('download', wheel.bytes);
    const path = await downloadWheel(wheel, {
      directory: downloads,
      python: options.python ?? 'python3',
      environment,
      // The last byte counts as done when pip has ended well, not before.
      progress: (bytes) => download(Math.min(bytes, wheel.bytes - 1)),
      signal,
      subject,
    });
    download(wheel.bytes);
    await verifyWheel(path, wheel, { progress: report('verify', wheel.bytes), signal, subject });
    const progress = report('unpack', wheel.unpackedBytes);
    const files = await unpackFiles(path, unpacked, subject.files(platform), { progress, signal });
    const installed = await publish(cacheDir, unpacked, {
      engine,
      version: wheel.version,
      platform,
      wheelSha256: wheel.sha256,
      files,
    });
    options.logger?.info(`Installed ${title}`, { directory: installed.directory });
    return installed;
  } catch (error) {
    throw installError(error, title, cacheDir, signal);
  } finally {
    if (temporary !== null) await rm(temporary, { recursive: true, force: true });
  }
}

function wheelOrThrow({ title, wheels, ownBuild }: NativePackage, platform: string): Wheel {
  const wheel = wheels[platform] ?? null;
  if (wheel === null || (platform.startsWith('linux-') && !hasGlibc())) {
    const here = wheel === null ? platform : `${platform} without glibc`;
    throw unimplemented(
      `${title} has no libraries for ${here} that Serval could install (it has for: ${Object.keys(wheels).join(', ')}, Linux with glibc 2.27 or newer). ${ownBuild}.`,
    );
  }
  return wheel;
}

function hasGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}

async function requireSpace(
  cacheDir: string,
  { name, title }: NativePackage,
  bytes: number,
): Promise<void> {
  const root = engineRoot(cacheDir, name);
  await mkdir(root, { recursive: true });
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw failedPrecondition(
    `Installing ${title} needs ${formatBytes(bytes)} of disk space, and ${cacheDir} has ${formatBytes(free)} free. Free some, or put Serval's cache elsewhere with SERVAL_CACHE_DIR.`,
  );
}

/** A listener of bytes for each phase: few events, and always one at the end of the phase. */
function reporter(subject: string, listener: ProgressListener) {
  return (phase: InstallProgress['phase'], totalBytes: number) => {
    let last = 0;
    listener({ phase, subject, doneBytes: 0, totalBytes });
    return (doneBytes: number) => {
      const time = performance.now();
      if (doneBytes < totalBytes && time - last < eventsEveryMs) return;
      last = time;
      listener({ phase, subject, doneBytes, totalBytes });
    };
  };
}

/** Failures of the file system in words for users; anything else that is known stays as it is. */
function installError(
  thrown: unknown,
  subject: string,
  cacheDir: string,
  signal: AbortSignal | null,
): StatusError {
  if (signal?.aborted) return cancelled(`The install of ${subject} was ended.`, { cause: thrown });
  if (thrown instanceof StatusError) return thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  const cause = thrown;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return failedPrecondition(
      `The disk is full: ${subject} does not fit into ${cacheDir}. Free some space, or put Serval's cache elsewhere with SERVAL_CACHE_DIR.`,
      { cause },
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR') {
    return failedPrecondition(
      `Cannot write to ${cacheDir} (${code}). Put Serval's cache elsewhere with SERVAL_CACHE_DIR.`,
      { cause },
    );
  }
  return StatusError.from(thrown);
}
