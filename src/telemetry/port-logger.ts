import { type ErrorMessage, fromErrorMessage, toErrorMessage } from '../status/index.ts';
import type { LogFields, Logger, LogLevel } from './logger.ts';

/** Where lines are posted: a MessagePort. */
interface LogPort {
  postMessage(line: LogMessage): void;
}

/** From quiet to loud. */
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** A line of a thread's log on its way to the main thread. */
export interface LogMessage {
  readonly kind: 'log';
  readonly level: LogLevel;
  readonly message: string;
  /** Without `error`. */
  readonly fields: LogFields;
  readonly error: ErrorMessage | null;
}

/** Writes a line that a thread has sent. */
export function writeLogMessage(logger: Logger, line: LogMessage): void {
  const { level, message, fields, error } = line;
  logger[level](message, error === null ? fields : { ...fields, error: fromErrorMessage(error) });
}

/** The loudest level that a logger writes, for the loggers of threads. */
export function loudestLevel(logger: Logger): LogLevel {
  return logLevels.findLast((level) => logger.isEnabled(level)) ?? 'fatal';
}

/** A thread's log: its lines are sent as {@link LogMessage}s and written by the main thread's logger. */
export class PortLogger implements Logger {
  readonly #port: LogPort;
  readonly #level: LogLevel;
  readonly #bound: LogFields;

  /** @param level the loudest that is sent. @param bound fields of every line. */
  constructor(port: LogPort, level: LogLevel, bound: LogFields = {}) {
    this.#port = port;
    this.#level = level;
    this.#bound = bound;
  }

  fatal(message: string, fields?: LogFields): void {
    this.#send('fatal', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#send('error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#send('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#send('info', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#send('debug', message, fields);
  }

  trace(message: string, fields?: LogFields): void {
    this.#send('trace', message, fields);
  }

  isEnabled(level: LogLevel): boolean {
    return logLevels.indexOf(level) <= logLevels.indexOf(this.#level);
  }

  child(fields: LogFields): Logger {
    return new PortLogger(this.#port, this.#level, { ...this.#bound, ...fields });
  }

  #send(level: LogLevel, message: string, given?: LogFields): void {
    if (!this.isEnabled(level)) return;
    const { error: thrown, ...fields } = { ...this.#bound, ...given };
    const error = thrown === undefined ? null : toErrorMessage(thrown);
    const line: LogMessage = { kind: 'log', level, message, fields, error };
    try {
      this.#port.postMessage(line);
    } catch {
      // A field that cannot be cloned: its text is what the line would show of it anyway.
      const texts = Object.entries(fields).map(([key, value]) => [key, String(value)]);
      this.#port.postMessage({ ...line, fields: Object.fromEntries(texts) } satisfies LogMessage);
    }
  }
}
