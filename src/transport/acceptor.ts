import { createServer, type Server, type Socket } from 'node:net';
import { bindTcp, bindUnix, type TcpBind, type UnixBind } from './bind.ts';
import { acceptWaiting, closeServer } from './close-server.ts';

/** Who serves connections that an {@link Acceptor} has accepted. */
export interface ConnectionTaker {
  /** Serves a connection from its first byte on; owns it. Must not throw. */
  take(socket: Socket): void;
}

export interface AcceptorOptions {
  /** null: no TCP. */
  readonly tcp: TcpBind | null;
  /** null: no Unix socket. */
  readonly unix: UnixBind | null;
  /** Whether a connection stays open for replies once its client has sent all it will. */
  readonly allowHalfOpen: boolean;
  /** Leave connections unread, for a taker that gives them to another thread. */
  readonly unread: boolean;
  readonly taker: ConnectionTaker;
}

/** Listens on TCP, on a Unix socket, or both, and gives what it accepts to its taker. */
export class Acceptor {
  readonly #options: AcceptorOptions;
  readonly #servers: Server[] = [];
  #port: number | null = null;
  #stopped: Promise<void> | null = null;

  private constructor(options: AcceptorOptions) {
    this.#options = options;
  }

  /** Resolves when all of it listens. @throws StatusError and listens on nothing. */
  static async start(options: AcceptorOptions): Promise<Acceptor> {
    const acceptor = new Acceptor(options);
    try {
      if (options.tcp !== null) {
        acceptor.#port = await bindTcp(acceptor.#createServer(), options.tcp);
      }
      if (options.unix !== null) await bindUnix(acceptor.#createServer(), options.unix);
    } catch (error) {
      await acceptor.stop();
      throw error;
    }
    return acceptor;
  }

  /** The TCP port; null without TCP. */
  get port(): number | null {
    return this.#port;
  }

  /**
   * Takes what waits in the system's queue, then listens no more. Resolves when new connections are
   * refused; those that were taken go on. A second call waits for the first.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await acceptWaiting(this.#servers);
    // Resolves once the connections are gone too, which is their taker's business.
    for (const server of this.#servers) void closeServer(server);
  }

  #createServer(): Server {
    const { allowHalfOpen, unread, taker } = this.#options;
    const server = createServer(
      { noDelay: true, pauseOnConnect: unread, allowHalfOpen },
      (socket) => taker.take(socket),
    );
    this.#servers.push(server);
    return server;
  }
}
