import { readFile } from 'node:fs/promises';
import { StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import { readTlsMaterial } from './read-tls-material.ts';
import type { TlsMaterial, TlsMaterials } from './tls-material.ts';
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
  /** The bytes that were read last, good or not. */
  readonly #texts: Record<Protocol, string | null> = { grpc: null, rest: null };
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
      this.#texts[protocol] = await readFile(file, 'latin1').catch(() => null);
      this.#set(protocol, await this.#material(protocol));
    }
  }

  /** Watches from now on, until the signal. @param onChange gets what new connections are to use */
  start(onChange: (materials: TlsMaterials) => void): void {
    const { files, pauseMs } = this.#options;
    if (pauseMs <= 0 || (files.grpc === '' && files.rest === '')) return;
    this.#watching = this.#watch(onChange);
  }

  /** Resolves when the watch has ended, by the signal. Never rejects. */
  get ended(): Promise<void> {
    return this.#watching;
  }

  async #watch(onChange: (materials: TlsMaterials) => void): Promise<void> {
    const { clock, pauseMs, signal } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(pauseMs, signal).catch(() => {
        // The loop ends by the signal.
      });
      if (signal.aborted) return;
      const grpc = await this.#readAgain('grpc');
      const rest = await this.#readAgain('rest');
      if ((grpc || rest) && !signal.aborted) onChange(this.#materials);
    }
  }

  /** @returns whether there is something new to use. */
  async #readAgain(protocol: Protocol): Promise<boolean> {
    const { files, logger } = this.#options;
    const file = files[protocol];
    if (file === '') return false;
    const text = await readFile(file, 'latin1').catch(() => null);
    if (text === this.#texts[protocol]) return false;
    this.#texts[protocol] = text;
    try {
      this.#set(protocol, await this.#material(protocol));
      logger.info(`New connections use what ${flagNames[protocol]} says now: ${file} has changed`);
      return true;
    } catch (thrown) {
      const error = StatusError.from(thrown);
      logger.error(`${file} has changed, and the former certificate stays in use`, { error });
      return false;
    }
  }

  async #material(protocol: Protocol): Promise<TlsMaterial> {
    const { files, logger } = this.#options;
    const read = await readTlsMaterial(files[protocol], flagNames[protocol], new Date());
    for (const warning of read.warnings) logger.warn(warning);
    return read.material;
  }

  #set(protocol: Protocol, material: TlsMaterial): void {
    this.#materials = { ...this.#materials, [protocol]: material };
  }
}
