import type { MessagePort } from 'node:worker_threads';
import type { LogFields, Logger, LogLevel } from '../telemetry/index.ts';
import { toErrorMessage } from './error-message.ts';
import type { ThreadReply } from './protocol.ts';

/** From quiet to loud. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** A thread's log: its lines are written by the main thread's logger. */
export class PortLogger implements Logger {
  readonly #port: MessagePort;
  readonly #level: LogLevel;
  readonly #bound: LogFields;

  /** @param level the loudest that is sent. @param bound fields of every line. */
  constructor(port: MessagePort, level: LogLevel, bound: LogFields = {}) {
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
    const line = { kind: 'log', level, message, fields, error } satisfies ThreadReply;
    try {
      this.#port.postMessage(line);
    } catch {
      // A field that cannot be cloned: its text is what the line would show of it anyway.
      const texts = Object.entries(fields).map(([key, value]) => [key, String(value)]);
      this.#port.postMessage({ ...line, fields: Object.fromEntries(texts) } satisfies ThreadReply);
    }
  }
}
