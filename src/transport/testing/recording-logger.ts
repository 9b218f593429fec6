import type { LogFields, Logger, LogLevel } from '../../telemetry/index.ts';

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines. */
export class RecordingLogger implements Logger {
  readonly lines: LogLine[] = [];

  isEnabled(level: LogLevel): boolean {
    return level !== 'trace';
  }

  child(): Logger {
    return this;
  }

  fatal = this.#record('fatal');
  error = this.#record('error');
  warn = this.#record('warn');
  info = this.#record('info');
  debug = this.#record('debug');
  trace = this.#record('trace');

  #record(level: LogLevel) {
    return (message: string, fields: LogFields = {}): void => {
      this.lines.push({ level, message, fields });
    };
  }
}
