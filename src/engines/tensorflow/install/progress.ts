/** How far an install has come. Bytes count within the phase. */
export interface InstallProgress {
  readonly phase: 'download' | 'verify' | 'unpack';
  /** What is being installed, such as `TensorFlow 2.21.0`. */
  readonly subject: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** Told of progress a few times a second, and at the end of each phase. Must not throw. */
export type ProgressListener = (progress: InstallProgress) => void;

/** A stream to show progress on, such as `process.stderr`. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const verbs = { download: 'Downloading', verify: 'Checking', unpack: 'Unpacking' } as const;
const linesEveryMs = 5000;
const barWidth = 30;

/**
 * Shows progress for people: a bar that is drawn over on a terminal; elsewhere (logs of a build) a
 * line at the start and end of each phase and every five seconds between.
 *
 * @param now the time in milliseconds, from any start.
 */
export function createProgressDisplay(
  stream: ProgressStream,
  now: () => number = () => performance.now(),
): ProgressListener {
  return stream.isTTY === true ? bar(stream) : lines(stream, now);
}

function bar(stream: ProgressStream): ProgressListener {
  return (progress) => {
    const share = shareOf(progress);
    const full = Math.round(share * barWidth);
    const drawn = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`;
    const text = `${label(progress)} ${drawn} ${amount(progress)}`;
    const line = text.slice(0, Math.max(20, (stream.columns ?? 80) - 1));
    const end = progress.doneBytes >= progress.totalBytes ? '\n' : '';
    stream.write(`\r\x1b[2K${line}${end}`);
  };
}

function lines(stream: ProgressStream, now: () => number): ProgressListener {
  let phase: InstallProgress['phase'] | null = null;
  let last = 0;
  return (progress) => {
    const ended = progress.doneBytes >= progress.totalBytes;
    const time = now();
    if (phase === progress.phase && !ended && time - last < linesEveryMs) return;
    phase = progress.phase;
    last = time;
    stream.write(`${label(progress)}: ${amount(progress)}\n`);
  };
}

function label({ phase, subject }: InstallProgress): string {
  return `${verbs[phase]} ${subject}`;
}

function amount(progress: InstallProgress): string {
  const percent = Math.floor(shareOf(progress) * 100);
  return `${percent} % of ${formatBytes(progress.totalBytes)}`;
}

function shareOf({ doneBytes, totalBytes }: InstallProgress): number {
  return totalBytes <= 0 ? 1 : Math.min(1, doneBytes / totalBytes);
}

/** A size for people, in decimal units: `274 MB`, `1.1 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.ceil(bytes / 1e3)} kB`;
}
