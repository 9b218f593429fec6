import type { Socket } from 'node:net';
import type { DataThreadState, Protocol } from '../data-plane/index.ts';
import type { TlsMaterials } from '../security/index.ts';
import type { ThreadServer } from './thread-server.ts';

/** The threads on which requests are served, as the one that accepts connections sees them. */
export interface ServingThreads {
  /** Whether connections are to be taken unread, since another thread reads them. */
  readonly takesUnread: boolean;
  /** Lets a thread serve a connection; owns it. */
  take(protocol: Protocol, socket: Socket): void;
  /** What connections are encrypted with from now on. */
  useTls(tls: TlsMaterials): void;
  /**
   * Turns health to NOT_SERVING and lets requests under way finish; what has not after `graceMs` is
   * cut off. Resolves when no connection is left. Not before new ones are refused.
   */
  stop(graceMs: number): Promise<void>;
  /** Resolves when all threads have ended, after `stop`: once their last model runs have. */
  close(): Promise<void>;
  /** What each worker thread is doing; none where requests are served on the control thread. */
  readonly states: readonly DataThreadState[];
}

/** All requests are served on the thread that accepts: for embedding, and `--data_threads=1`. */
export class OwnThread implements ServingThreads {
  readonly takesUnread = false;
  readonly states: readonly DataThreadState[] = [];
  readonly #server: ThreadServer;

  constructor(server: ThreadServer) {
    this.#server = server;
  }

  take(protocol: Protocol, socket: Socket): void {
    this.#server.take(protocol, socket);
  }

  useTls(tls: TlsMaterials): void {
    this.#server.useTls(tls);
  }

  stop(graceMs: number): Promise<void> {
    return this.#server.stop(graceMs);
  }

  /** Its runs are the engine's to wait for. */
  async close(): Promise<void> {}
}
