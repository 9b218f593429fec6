import type { LogFields, Logger, LogLevel } from '../logger.ts';

/** One line as it was logged; `fields` include those of the `child` loggers it came through. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines, for tests. Children write into the same `entries`. */
export class MemoryLogger implements Logger {
  readonly entries: LogEntry[];
  readonly #bound: LogFields;

  constructor(entries: LogEntry[] = [], bound: LogFields = {}) {
    this.entries = entries;
    this.#bound = bound;
  }

  /** The messages of one level, or of all. */
  messages(level?: LogLevel): string[] {
    return this.entries
      .filter((entry) => level === undefined || entry.level === level)
      .map((entry) => entry.message);
  }

  fatal(message: string, fields?: LogFields): void {
    this.#keep('fatal', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#keep('error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#keep('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#keep('info', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#keep('debug', message, fields);
  }

  trace(message: string, fields?: LogFields): void {
    this.#keep('trace', message, fields);
  }

  isEnabled(_level: LogLevel): boolean {
    return true;
  }

  child(fields: LogFields): Logger {
    return new MemoryLogger(this.entries, { ...this.#bound, ...fields });
  }

  #keep(level: LogLevel, message: string, fields?: LogFields): void {
    this.entries.push({ level, message, fields: { ...this.#bound, ...fields } });
  }
}
