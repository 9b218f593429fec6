import { once } from 'node:events';
import { performServerHandshake, type ServerHttp2Session, type ServerOptions } from 'node:http2';
import type { Socket } from 'node:net';
import type { GrpcHandler, Refusals } from '../protocol/index.ts';
import type { StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { ConnectionTaker } from './acceptor.ts';
import { ExchangeList } from './exchange-list.ts';
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

export interface GrpcConnectionsOptions {
  readonly handler: GrpcHandler;
  readonly logger: Logger;
  readonly refusals: Refusals;
  /** The rest is as in `defaultHttp2Limits`. */
  readonly limits?: Partial<Http2Limits>;
}

/**
 * gRPC over plaintext HTTP/2 on the connections that one thread has taken.
 *
 * `stop`, once nothing new is accepted, loses no request that has reached the server: it announces
 * the end on every connection (GOAWAY), takes what clients sent before they saw the announcement,
 * and closes each connection when its calls have been answered.
 */
export class GrpcConnections implements ConnectionTaker {
  readonly #handler: GrpcHandler;
  readonly #logger: Logger;
  readonly #http2Options: ServerOptions;
  readonly #environment: Http2Environment;
  readonly #connections = new Map<Socket, ServerHttp2Session>();
  readonly #calls = new ExchangeList<Http2Exchange>();
  #stopped: Promise<void> | null = null;

  constructor(options: GrpcConnectionsOptions) {
    this.#handler = options.handler;
    this.#logger = options.logger;
    const limits = { ...defaultHttp2Limits, ...options.limits };
    this.#http2Options = http2ServerOptions(limits);
    this.#environment = {
      handler: options.handler,
      replyStallMs: limits.replyStallMs,
      onReplyStall: () => options.refusals.count('reply_timeout'),
      onClose: (call) => {
        this.#calls.delete(call);
      },
    };
  }

  get connections(): number {
    return this.#connections.size;
  }

  get callsInFlight(): number {
    return this.#calls.size;
  }

  /**
   * Ends gracefully; calls that have not ended after `graceMs` are cut off. Resolves when no
   * connection is left. A second call waits for the first. Not before new connections are refused:
   * a client that is told to go elsewhere comes back.
   */
  stop(graceMs: number): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  /** Answers every call under way with an error, whatever it waits for. */
  interrupt(error: StatusError): void {
    for (const call of this.#calls.toArray()) call.interrupt(error);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#handler.drain();
    for (const [socket, session] of this.#connections) this.#announceEnd(socket, session);
    const cutOff = setTimeout(() => {
      for (const [socket, session] of this.#connections) {
        session.destroy();
        socket.destroy();
      }
    }, graceMs);
    for (const socket of this.#connections.keys()) await once(socket, 'close');
    clearTimeout(cutOff);
  }

  take(socket: Socket): void {
    const session = performServerHandshake(socket, this.#http2Options);
    this.#connections.set(socket, session);
    socket.once('close', () => this.#connections.delete(socket));
    session.on('error', (error) => {
      this.#logger.debug('HTTP/2 connection failed', { error });
    });
    session.on('stream', (stream, headers) => {
      this.#calls.add(new Http2Exchange(stream, headers, this.#environment));
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
