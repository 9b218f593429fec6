import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  dataLoss,
  failedPrecondition,
  type StatusError,
  unavailable,
} from '../../../status/index.ts';
import type { Environment } from './cache.ts';
import { runPython } from './python.ts';
import type { NativePackage, Wheel } from './release.ts';

export interface DownloadOptions {
  /** An empty folder: pip's temporary files and the wheel go there. */
  readonly directory: string;
  /** Name or path of a Python 3 that has pip. */
  readonly python: string;
  readonly environment: Environment;
  /** Told twice a second how many bytes have arrived, as far as the file sizes tell. */
  readonly progress: (doneBytes: number) => void;
  readonly signal: AbortSignal | null;
  /** What is downloaded, and what to do where that can't work: for the texts of errors. */
  readonly subject: Pick<NativePackage, 'title' | 'byHand'>;
}

const pollEveryMs = 500;

/**
 * Lets pip fetch a wheel, so that the user's index, mirror and proxy settings hold. Any Python will
 * do: the wheel is chosen by explicit tags, and nothing is installed into that Python.
 *
 * @returns path of the wheel; nobody has checked its hash yet.
 * @throws StatusError FAILED_PRECONDITION without Python or pip or where no index has the wheel,
 * UNAVAILABLE when the index can't be reached; one line that says what to do.
 */
export async function downloadWheel(wheel: Wheel, options: DownloadOptions): Promise<string> {
  const { directory, python, subject } = options;
  const { title, byHand } = subject;
  const requirement = `${wheel.distribution}==${wheel.version}`;
  const args = ['-m', 'pip', 'download', '--quiet', '--progress-bar', 'off', '--no-deps'];
  args.push('--only-binary=:all:', '--python-version', '3.12', '--implementation', 'cp');
  args.push('--abi', 'cp312', '--platform', wheel.platformTag, '-d', directory, requirement);
  const environment = {
    ...options.environment,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    TMPDIR: directory,
  };
  const stopWatching = watchSize(directory, options.progress);
  const result = await runPython(python, args, { environment, signal: options.signal }).finally(
    stopWatching,
  );
  if (result === null) {
    throw failedPrecondition(
      `Python 3 with pip is needed to download ${title}, and there is no ${python}. Install it (Debian, Ubuntu: apt-get install python3-pip), ${byHand}.`,
    );
  }
  if (result.code !== 0) throw pipError(requirement, python, result.stderr, subject);
  const wheels = (await readdir(directory)).filter((name) => name.endsWith('.whl'));
  if (wheels.length !== 1) {
    throw failedPrecondition(
      `pip downloaded ${wheels.length} wheels for ${requirement} instead of one. Look at pip's settings (${python} -m pip config list), ${byHand}.`,
    );
  }
  return join(directory, wheels[0]!);
}

/**
 * Reads a wheel and compares it with the pinned hash.
 *
 * @throws StatusError DATA_LOSS with both hashes.
 */
export async function verifyWheel(
  path: string,
  wheel: Wheel,
  options: Pick<DownloadOptions, 'progress' | 'signal' | 'subject'>,
): Promise<void> {
  const hash = createHash('sha256');
  let doneBytes = 0;
  const file = createReadStream(path, options.signal === null ? {} : { signal: options.signal });
  for await (const chunk of file as AsyncIterable<Buffer>) {
    hash.update(chunk);
    options.progress((doneBytes += chunk.length));
  }
  const found = hash.digest('hex');
  if (found === wheel.sha256) return;
  throw dataLoss(
    `The downloaded ${wheel.distribution} ${wheel.version} is not the file that Serval knows (SHA-256 ${found}, not ${wheel.sha256}), so nothing was installed. Try again; if it stays so, a mirror or proxy changes the file: use another, ${options.subject.byHand}.`,
  );
}

/** pip's own words, sorted into what the user can do about them. */
function pipError(
  requirement: string,
  python: string,
  stderr: string,
  { title, byHand }: DownloadOptions['subject'],
): StatusError {
  const cause = new Error(stderr.trim());
  if (/No module named '?pip\b/.test(stderr)) {
    return failedPrecondition(
      `${python} has no pip, which is needed to download ${title}. Install it (Debian, Ubuntu: apt-get install python3-pip; elsewhere: ${python} -m ensurepip), ${byHand}.`,
      { cause },
    );
  }
  if (/No space left on device|Errno 28/.test(stderr)) {
    return failedPrecondition(
      `The disk is full: pip could not store ${requirement}. Free some space, or put Serval's cache elsewhere with SERVAL_CACHE_DIR.`,
      { cause },
    );
  }
  const look = `pip's settings (${python} -m pip config list)`;
  if (unreachable.test(stderr)) {
    return unavailable(
      `Cannot download ${requirement}: pip could not reach its package index. Check the network and ${look} and try again, ${byHand}.`,
      { cause },
    );
  }
  if (/No matching distribution found/.test(stderr)) {
    return failedPrecondition(
      `Cannot download ${requirement}: the index that pip asks does not offer it, or does not answer. Check the network and ${look}, ${byHand}.`,
      { cause },
    );
  }
  const reason = stderr
    .split('\n')
    .findLast((line) => line.startsWith('ERROR: '))
    ?.slice('ERROR: '.length)
    .trim();
  return failedPrecondition(
    `Cannot download ${requirement}: pip says "${reason ?? 'nothing'}". Look at ${look}, ${byHand}.`,
    { cause },
  );
}

const unreachable =
  /NewConnectionError|NameResolutionError|Temporary failure in name resolution|Max retries exceeded|ConnectTimeoutError|ReadTimeoutError|ProxyError|ConnectionResetError|Connection aborted|Connection refused|Network is unreachable|SSLError|ProtocolError/;

/** Calls back with the size of all files in a folder until the returned function is called. */
function watchSize(directory: string, changed: (bytes: number) => void): () => void {
  let stopped = false;
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void sizeOf(directory)
      .then((bytes) => {
        if (!stopped) changed(bytes);
      })
      .finally(() => {
        busy = false;
      });
  }, pollEveryMs);
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}

async function sizeOf(directory: string): Promise<number> {
  // Files come and go while pip works; what can't be read any more counts nothing.
  const entries = await readdir(directory, { recursive: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    const found = await stat(join(directory, entry)).catch(() => null);
    if (found?.isFile()) bytes += found.size;
  }
  return bytes;
}
