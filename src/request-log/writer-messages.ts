/** Every message between the control thread and the thread that writes request logs. */
import type { LogLevel, LogMessage } from '../telemetry/index.ts';
import type { LoggerSpec } from './collectors.ts';
import type { LogBatch } from './log-batch.ts';
import type { LogFileLimits } from './log-writer.ts';
import type { LogCounts } from './thread-request-log.ts';

/** What the thread is started with. */
export interface WriterData {
  readonly logLevel: LogLevel;
  readonly limits: LogFileLimits;
  /** Of the {@link LogQueue}: what is written has room again. */
  readonly queue: SharedArrayBuffer;
}

export type ToWriter =
  /** The loggers that are in use; files of others are finished. */
  | { readonly kind: 'use'; readonly loggers: readonly LoggerSpec[] }
  | { readonly kind: 'write'; readonly batch: LogBatch }
  /** Write what came before, finish all files, and end. */
  | { readonly kind: 'end' };

export type FromWriter = LogMessage | { readonly kind: 'counts'; readonly counts: LogCounts };
