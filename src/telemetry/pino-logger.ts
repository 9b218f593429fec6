import { createRequire } from 'node:module';
import { isatty } from 'node:tty';
import type { DestinationStream, Logger as PinoBackend } from 'pino';
import { describeError } from './describe-error.ts';
import type { LogFields, Logger, LogLevel } from './logger.ts';

/** Where lines go: called once a line, which ends in `\n`. Must have written when it returns. */
export interface LogDestination {
  write(line: string): void;
}

export interface LoggerOptions {
  /** The loudest level that is written. */
  readonly level: LogLevel;
  /** Lines for people instead of JSON. Default: whether stderr is a terminal. */
  readonly pretty?: boolean;
  /** Default: stderr. */
  readonly destination?: LogDestination;
}

const stderr = 2;

/**
 * Loads a package when it is first needed: threads log through the main thread, and these take
 * megabytes of each thread that imports them.
 */
const require = createRequire(import.meta.url);
const pinoPackage = () => require('pino') as typeof import('pino');
const prettyPackage = () => require('pino-pretty') as typeof import('pino-pretty');

/**
 * A logger that writes one line for each call: JSON `{level, time, …fields, msg}`, or text for
 * people with `pretty`.
 *
 * Lines are written synchronously, as TFS and Node.js itself write to stderr: what was logged
 * before the process ends, even by an abort in native code, is there, and keeps its order among
 * the lines that native code writes. A line costs some microseconds, so the request path logs
 * failures only.
 */
export function createLogger(options: LoggerOptions): Logger {
  const toTerminal = options.destination === undefined && isatty(stderr);
  const destination = options.destination ?? stderrDestination();
  const pretty = options.pretty ?? toTerminal;
  const withStack = options.level === 'debug' || options.level === 'trace';
  const { pino } = pinoPackage();
  const backend = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: (error: unknown) => describeError(error, withStack) },
    },
    pretty ? prettyDestination(destination, toTerminal) : destination,
  );
  return new PinoLogger(backend);
}

/**
 * A full disk behind stderr, or a reader that has gone, must not end a server: lines that cannot
 * be written are kept up to a bound, tried again with the next one, and beyond the bound dropped.
 */
function stderrDestination(): LogDestination {
  const destination = pinoPackage().pino.destination({
    dest: stderr,
    sync: true,
    maxLength: 64 * 1024,
  });
  destination.on('error', () => {});
  return destination;
}

function prettyDestination(destination: LogDestination, colorize: boolean): DestinationStream {
  const format = prettyPackage().prettyFactory({
    colorize,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
    // What an error carries is already reduced to what should be shown.
    errorLikeObjectKeys: [],
    singleLine: true,
    messageFormat: (log, key) => withoutControls(String(log[key] ?? '')),
  });
  return { write: (line) => destination.write(format(line)) };
}

/** Text of clients may reach a message: a terminal must not obey it. */
function withoutControls(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}

class PinoLogger implements Logger {
  readonly #backend: PinoBackend;

  constructor(backend: PinoBackend) {
    this.#backend = backend;
  }

  fatal(message: string, fields?: LogFields): void {
    this.#backend.fatal(fields ?? none, message);
  }

  error(message: string, fields?: LogFields): void {
    this.#backend.error(fields ?? none, message);
  }

  warn(message: string, fields?: LogFields): void {
    this.#backend.warn(fields ?? none, message);
  }

  info(message: string, fields?: LogFields): void {
    this.#backend.info(fields ?? none, message);
  }

  debug(message: string, fields?: LogFields): void {
    this.#backend.debug(fields ?? none, message);
  }

  trace(message: string, fields?: LogFields): void {
    this.#backend.trace(fields ?? none, message);
  }

  isEnabled(level: LogLevel): boolean {
    return this.#backend.isLevelEnabled(level);
  }

  child(fields: LogFields): Logger {
    return new PinoLogger(this.#backend.child(fields));
  }
}

const none: LogFields = Object.freeze({});
