/** Levels from quiet to loud; a logger writes its own level and all before it. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Fields of a log line. `error` is written with its code, message, cause and, at debug, stack. */
export type LogFields = Readonly<Record<string, unknown>> & { readonly error?: unknown };

/** The structured log, to stderr. Passed to whoever needs it; there is no global one. */
export interface Logger {
  fatal(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  trace(message: string, fields?: LogFields): void;
  isEnabled(level: LogLevel): boolean;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
}
