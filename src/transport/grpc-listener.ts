import { once } from 'node:events';
import { performServerHandshake, type ServerHttp2Session, type ServerOptions } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import type { GrpcHandler, Refusals } from '../protocol/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { bindTcp, bindUnix, type TcpBind, type UnixBind } from './bind.ts';
import { acceptWaiting, closeServer } from './close-server.ts';
import { type Http2Environment, Http2Exchange } from './http2-exchange.ts';
import {
  connectionWindow,
  defaultHttp2Limits,
  type Http2Limits,
  http2ServerOptions,
} from './http2-settings.ts';
import { sendShutdownNotice } from './shutdown-notice.ts';

/** How long a client may take to answer the ping behind the announcement before we close anyway. */
const announcementMs = 1000;

export interface GrpcListenerOptions {
  readonly handler: GrpcHandler;
  readonly logger: Logger;
  readonly refusals: Refusals;
  /** null: no TCP. */
  readonly tcp: TcpBind | null;
  /** null: no Unix socket. */
  readonly unix: UnixBind | null;
  /** The rest is as in `defaultHttp2Limits`. */
  readonly limits?: Partial<Http2Limits>;
}

/**
 * Listens for gRPC over plaintext HTTP/2 on TCP, on a Unix socket, or both.
 *
 * `stop` loses no request that has reached the server: it stops listening, announces the end on
 * every connection (GOAWAY), takes what clients sent before they saw the announcement, and closes
 * each connection when its calls have been answered.
 */
export class GrpcListener {
  readonly #handler: GrpcHandler;
  readonly #logger: Logger;
  readonly #http2Options: ServerOptions;
  readonly #environment: Http2Environment;
  readonly #servers: Server[] = [];
  readonly #connections = new Map<Socket, ServerHttp2Session>();
  #port: number | null = null;
  #callsInFlight = 0;
  #stopped: Promise<void> | null = null;

  private constructor(options: GrpcListenerOptions) {
    this.#handler = options.handler;
    this.#logger = options.logger;
    const limits = { ...defaultHttp2Limits, ...options.limits };
    this.#http2Options = http2ServerOptions(limits);
    this.#environment = {
      handler: options.handler,
      replyStallMs: limits.replyStallMs,
      onReplyStall: () => options.refusals.count('reply_timeout'),
      onClose: () => {
        this.#callsInFlight -= 1;
      },
    };
  }

  /** Resolves when all of it listens. @throws StatusError and listens on nothing. */
  static async start(options: GrpcListenerOptions): Promise<GrpcListener> {
    const listener = new GrpcListener(options);
    try {
      if (options.tcp !== null) {
        listener.#port = await bindTcp(listener.#createServer(), options.tcp);
      }
      if (options.unix !== null) await bindUnix(listener.#createServer(), options.unix);
    } catch (error) {
      await listener.stop(0);
      throw error;
    }
    return listener;
  }

  /** The TCP port; null without TCP. */
  get port(): number | null {
    return this.#port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get callsInFlight(): number {
    return this.#callsInFlight;
  }

  /**
   * Ends gracefully; calls that have not ended after `graceMs` are cut off. Resolves when no
   * connection is left. A second call waits for the first.
   */
  stop(graceMs: number): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  async #stop(graceMs: number): Promise<void> {
    await acceptWaiting(this.#servers);
    // Not before new connections are refused: a client that is told to go elsewhere comes back.
    const closed = this.#servers.map((server) => closeServer(server));
    this.#handler.drain();
    for (const [socket, session] of this.#connections) this.#announceEnd(socket, session);
    const cutOff = setTimeout(() => {
      for (const [socket, session] of this.#connections) {
        session.destroy();
        socket.destroy();
      }
    }, graceMs);
    await Promise.all(closed);
    for (const socket of this.#connections.keys()) await once(socket, 'close');
    clearTimeout(cutOff);
  }

  #createServer(): Server {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#servers.push(server);
    return server;
  }

  #accept(socket: Socket): void {
    const session = performServerHandshake(socket, this.#http2Options);
    this.#connections.set(socket, session);
    socket.once('close', () => this.#connections.delete(socket));
    session.on('error', (error) => {
      this.#logger.debug('HTTP/2 connection failed', { error });
    });
    session.on('stream', (stream, headers) => {
      this.#callsInFlight += 1;
      new Http2Exchange(stream, headers, this.#environment);
    });
    session.setLocalWindowSize(connectionWindow);
  }

  /**
   * First a GOAWAY that refuses nothing, then a ping: when its answer is here, so is every call
   * that the client began before it knew. Only then the final GOAWAY, by `close`, which lets the
   * calls in flight end and closes the connection after the last.
   */
  #announceEnd(socket: Socket, session: ServerHttp2Session): void {
    if (session.destroyed || session.closed) return;
    sendShutdownNotice(socket);
    const close = (): void => {
      clearTimeout(patience);
      session.close();
    };
    const patience = setTimeout(close, announcementMs);
    session.once('close', () => clearTimeout(patience));
    if (!session.ping(close)) close();
  }
}
