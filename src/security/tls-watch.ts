import { readFile } from 'node:fs/promises';
import { fileError, StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { type Clock, repeat } from '../util/index.ts';
import { readTlsMaterial } from './read-tls-material.ts';
import type { TlsMaterials } from './tls-material.ts';
import type { Protocol } from './tls-protocols.ts';

export interface TlsWatchOptions {
  /** SSLConfig files by protocol; empty: plain text. */
  readonly files: Readonly<Record<Protocol, string>>;
  /** Between two readings, in ms; 0: they are read once. */
  readonly pauseMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

const flagNames: Readonly<Record<Protocol, string>> = {
  grpc: '--ssl_config_file',
  rest: '--rest_api_ssl_config_file',
};

/**
 * The SSLConfig files of a server: read at the start, where anything wrong is an error, and then
 * again and again, where it is logged once and what was good stays in use.
 */
export class TlsWatch {
  readonly #options: TlsWatchOptions;
  /** What was read last, good or not; null: nothing could be read. */
  readonly #texts: Record<Protocol, Buffer | null> = { grpc: null, rest: null };
  #materials: TlsMaterials = { grpc: null, rest: null };
  #watching: Promise<void> = Promise.resolve();

  constructor(options: TlsWatchOptions) {
    this.#options = options;
  }

  get materials(): TlsMaterials {
    return this.#materials;
  }

  /** Reads the files for the first time. @throws StatusError what is wrong with one. */
  async read(): Promise<void> {
    for (const protocol of ['grpc', 'rest'] as const) {
      const file = this.#options.files[protocol];
      if (file === '') continue;
      const text = await readFile(file).catch((error: unknown) => {
        throw fileError(file, error);
      });
      this.#texts[protocol] = text;
      this.#use(protocol, text);
    }
  }

  /** Watches from now on, until the signal. @param onChange gets what new connections are to use */
  start(onChange: (materials: TlsMaterials) => void): void {
    const { files, pauseMs, clock, signal } = this.#options;
    if (pauseMs <= 0 || (files.grpc === '' && files.rest === '')) return;
    this.#watching = repeat(clock, pauseMs, signal, async () => {
      const grpc = await this.#readAgain('grpc');
      const rest = await this.#readAgain('rest');
      if ((grpc || rest) && !signal.aborted) onChange(this.#materials);
    });
  }

  /** Resolves when the watch has ended, by the signal. Never rejects. */
  get ended(): Promise<void> {
    return this.#watching;
  }

  /** @returns whether there is something new to use. */
  async #readAgain(protocol: Protocol): Promise<boolean> {
    const { files, logger } = this.#options;
    const file = files[protocol];
    if (file === '') return false;
    const before = this.#texts[protocol];
    let text: Buffer | null = null;
    try {
      text = await readFile(file);
      if (before?.equals(text)) return false;
      this.#use(protocol, text);
      logger.info(`New connections use what ${flagNames[protocol]} says now: ${file} has changed`);
      return true;
    } catch (thrown) {
      // A file that can still not be read was told of.
      if (text === null && before === null) return false;
      const error = text === null ? fileError(file, thrown) : StatusError.from(thrown);
      logger.error(`${file} has changed, and the former certificate stays in use`, { error });
      return false;
    } finally {
      this.#texts[protocol] = text;
    }
  }

  /** @throws StatusError what is wrong with the file; then nothing changes. */
  #use(protocol: Protocol, text: Uint8Array): void {
    const { files, logger } = this.#options;
    const file = { path: files[protocol], flag: flagNames[protocol], text };
    const { material, warnings } = readTlsMaterial(file, new Date());
    for (const warning of warnings) logger.warn(warning);
    this.#materials = { ...this.#materials, [protocol]: material };
  }
}
