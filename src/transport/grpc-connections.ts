import { once } from 'node:events';
import type { Socket } from 'node:net';
import {
  type ConnectionHandler,
  type ConnectionLimits,
  ServerConnection,
  upkeepInterval,
} from '../http2/index.ts';
import type { GrpcHandler, Refusals } from '../protocol/index.ts';
import type { StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { ConnectionTaker } from './acceptor.ts';
import { ExchangeList } from './exchange-list.ts';
import { Http2Exchange } from './http2-exchange.ts';
import { connectionLimits, defaultHttp2Limits, type Http2Limits } from './http2-settings.ts';

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
 * gRPC over HTTP/2 on the connections that one thread has taken.
 *
 * `stop`, once nothing new is accepted, loses no request that has reached the server: it announces
 * the end on every connection (GOAWAY), takes what clients sent before they saw the announcement,
 * and closes each connection when its calls have been answered.
 */
export class GrpcConnections implements ConnectionTaker {
  readonly #handler: GrpcHandler;
  readonly #limits: ConnectionLimits;
  readonly #connectionHandler: ConnectionHandler;
  readonly #connections = new Map<Socket, ServerConnection>();
  readonly #calls = new ExchangeList<Http2Exchange>();
  /** Runs while there are connections. */
  #upkeep: NodeJS.Timeout | null = null;
  #stopped: Promise<void> | null = null;

  constructor({ handler, logger, refusals, limits }: GrpcConnectionsOptions) {
    this.#handler = handler;
    this.#limits = connectionLimits({ ...defaultHttp2Limits, ...limits });
    const forget = (call: Http2Exchange): void => this.#calls.delete(call);
    this.#connectionHandler = {
      opened: (stream, fields) => {
        const exchange = new Http2Exchange(stream, forget);
        this.#calls.add(exchange);
        exchange.open(handler, fields);
        return exchange;
      },
      fieldsRefused: (problem) => {
        refusals.count(problem === 'malformed' ? 'malformed' : 'headers_too_large');
      },
      stalled: () => refusals.count('reply_timeout'),
      failed: (error) => logger.debug('HTTP/2 connection failed', { error }),
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
    for (const connection of this.#connections.values()) connection.end(announcementMs);
    const cutOff = setTimeout(() => {
      for (const connection of this.#connections.values()) connection.destroy();
    }, graceMs);
    for (const socket of this.#connections.keys()) await once(socket, 'close');
    clearTimeout(cutOff);
  }

  take(socket: Socket): void {
    this.#connections.set(
      socket,
      new ServerConnection(socket, this.#connectionHandler, this.#limits),
    );
    socket.once('close', () => this.#forget(socket));
    const interval = upkeepInterval(this.#limits);
    if (interval === Number.POSITIVE_INFINITY) return;
    this.#upkeep ??= setInterval(() => this.#keepUp(), interval);
  }

  #keepUp(): void {
    const now = performance.now();
    for (const connection of this.#connections.values()) connection.keepUp(now);
  }

  #forget(socket: Socket): void {
    this.#connections.delete(socket);
    if (this.#connections.size > 0 || this.#upkeep === null) return;
    clearInterval(this.#upkeep);
    this.#upkeep = null;
  }
}
