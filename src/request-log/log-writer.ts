import { Code, codeName, StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { type Clock, unixMicros } from '../util/index.ts';
import { collected, type LoggerSpec } from './collectors.ts';
import { type LogBatch, recordsOf } from './log-batch.ts';
import { LogFile } from './log-file.ts';

/** When a file of records is finished and the next one begun. */
export interface LogFileLimits {
  /** A file that has reached this size; it may be longer by what was written last. */
  readonly bytes: number;
  /** A file that was begun so long ago. */
  readonly milliseconds: number;
}

export interface LogWriterOptions {
  readonly spec: LoggerSpec;
  readonly limits: LogFileLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Distinct for each file that this process begins. */
  readonly nextNumber: () => number;
}

/** After a failure nothing is tried for so long, in ms; what comes meanwhile is lost. */
const pauseMs = 1000;
/** A failure that goes on is told of again after so long. */
const reminderMs = 60_000;
/** How often it is looked whether the file is still there. */
const lookMs = 1000;

/** What is wrong, while something is. */
interface Failure {
  readonly error: StatusError;
  retryAt: number;
  toldAt: number;
  lost: number;
}

/**
 * Writes the records of one logger to files that follow each other: `<prefix>-<time>-<pid>-<number>`
 * and the type. Batches are written one after the other; what cannot be written is lost, told of once
 * and then every minute, and tried again: a full disk or a folder that was removed may come back.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  #last: Promise<unknown> = Promise.resolve();
  #file: LogFile | null = null;
  #lookedAt = 0;
  /** Ends the wait for the end of the file's time. */
  #expiry: AbortController | null = null;
  #failure: Failure | null = null;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  /** Writes a batch after those before. Resolves with the name of the code that it ended with. */
  write(batch: LogBatch): Promise<string> {
    return this.#next(() => this.#write(batch));
  }

  /** Finishes the file that is being written, if there is one. Never rejects. */
  finish(): Promise<void> {
    return this.#next(() => this.#finish());
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done;
    return done;
  }

  async #write(batch: LogBatch): Promise<string> {
    const { clock, limits, spec } = this.#options;
    const failure = this.#failure;
    if (failure !== null && clock.now() < failure.retryAt) {
      return this.#lose(failure, batch.records);
    }
    try {
      const records = [...recordsOf(batch)].map((record) => collected(spec.type, record));
      const file = await this.#open();
      await file.append(records.length === 1 ? records[0]! : Buffer.concat(records));
      if (file.bytes >= limits.bytes) await this.#end();
    } catch (error) {
      return await this.#failed(StatusError.from(error), batch.records);
    }
    this.#recovered();
    return codeName(Code.OK);
  }

  /** The file to append to. */
  async #open(): Promise<LogFile> {
    const { clock, limits } = this.#options;
    const now = clock.now();
    if (this.#file !== null && now - this.#lookedAt >= lookMs) {
      this.#lookedAt = now;
      if (!(await this.#file.isThere())) {
        const gone = this.#leave();
        // Nobody can have what was in it any more.
        await gone?.finish().catch(() => {});
      }
    }
    if (this.#file === null) {
      this.#file = await LogFile.open(this.#nextName());
      this.#lookedAt = now;
      const expiry = new AbortController();
      this.#expiry = expiry;
      clock.sleep(limits.milliseconds, expiry.signal).then(
        () => this.finish(),
        () => {
          // The file was finished before its time.
        },
      );
    }
    return this.#file;
  }

  #nextName(): string {
    const { spec, clock, nextNumber } = this.#options;
    const time = new Date(unixMicros(clock) / 1000).toISOString().replaceAll(/[-:.]/g, '');
    const separator = spec.filenamePrefix.endsWith('/') ? '' : '-';
    return `${spec.filenamePrefix}${separator}${time}-${process.pid}-${nextNumber()}.${spec.type}`;
  }

  async #finish(): Promise<void> {
    try {
      await this.#end();
    } catch (error) {
      await this.#failed(StatusError.from(error), 0);
    }
  }

  async #end(): Promise<void> {
    await this.#leave()?.finish();
  }

  #leave(): LogFile | null {
    const file = this.#file;
    this.#file = null;
    this.#expiry?.abort();
    this.#expiry = null;
    return file;
  }

  async #failed(error: StatusError, lost: number): Promise<string> {
    const { clock, logger, spec } = this.#options;
    // What was written before is whole.
    await this.#leave()
      ?.finish()
      .catch(() => {});
    const now = clock.now();
    if (this.#failure === null) {
      logger.error(
        `Requests cannot be logged to ${spec.filenamePrefix}: they are served, and their records are lost`,
        { error },
      );
    }
    const { toldAt = now, lost: before = 0 } = this.#failure ?? {};
    this.#failure = { error, retryAt: now + pauseMs, toldAt, lost: before };
    return this.#lose(this.#failure, lost);
  }

  #lose(failure: Failure, records: number): string {
    const { clock, logger, spec } = this.#options;
    failure.lost += records;
    if (clock.now() - failure.toldAt >= reminderMs) {
      failure.toldAt = clock.now();
      logger.error(
        `Requests still cannot be logged to ${spec.filenamePrefix}: ${failure.lost} records are lost`,
        { error: failure.error },
      );
    }
    return codeName(failure.error.code);
  }

  #recovered(): void {
    if (this.#failure === null) return;
    const { logger, spec } = this.#options;
    logger.info(
      `Requests are logged to ${spec.filenamePrefix} again: ${this.#failure.lost} records were lost`,
    );
    this.#failure = null;
  }
}
