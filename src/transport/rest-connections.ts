import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type RefusalReason,
  type Refusals,
  type RestHandler,
  unknownMethodReply,
} from '../protocol/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { type ByteBudget, RequestIds, sweepIdleMemory } from '../util/index.ts';
import type { ConnectionTaker } from './acceptor.ts';
import { rawErrorReply, rawReply } from './error-reply.ts';
import { Http1Connection } from './http1-connection.ts';
import { PlainConnection, type PlainEnvironment } from './plain-connection.ts';
import { ReplyHeads } from './reply-heads.ts';
import { RestExchange } from './rest-exchange.ts';

/** Limits of HTTP/1 that an operator may want to change; times in milliseconds. */
export interface Http1Limits {
  /** Longest body in bytes, as sent and inflated. */
  readonly maxBodyBytes: number;
  /** Longest request line and header fields together, in bytes. */
  readonly maxHeaderBytes: number;
  /** For the request line and the header fields. 0: no limit. */
  readonly headersTimeoutMs: number;
  /** For the whole request, headers and body. 0: no limit. */
  readonly requestTimeoutMs: number;
  /** A client that takes nothing of its reply for this long is cut off. 0: no limit. */
  readonly replyStallMs: number;
  /** An idle connection is kept this long: more than load balancers keep theirs (60 s mostly). */
  readonly keepAliveMs: number;
  /** While draining, an idle connection is kept this long for a request already on its way. */
  readonly drainLingerMs: number;
}

export const defaultHttp1Limits: Http1Limits = {
  maxBodyBytes: 2 ** 31 - 1,
  maxHeaderBytes: 64 << 10,
  headersTimeoutMs: 60_000,
  requestTimeoutMs: 600_000,
  replyStallMs: 60_000,
  keepAliveMs: 75_000,
  drainLingerMs: 500,
};

/** How long the rest of a refused request is read and dropped. */
const refusedBodyMs = 30_000;

/** How often connections are looked at that `node:http` does not watch: a part of each limit. */
const sweepsInLimit = 8;
const mostSweepMs = 1000;

/** Parts of the time in which requests that were on their way are awaited at the end. */
const lingerParts = 50;

export interface RestConnectionsOptions {
  readonly handler: RestHandler;
  readonly logger: Logger;
  readonly budget: ByteBudget;
  readonly refusals: Refusals;
  /** The rest is as in `defaultHttp1Limits`. */
  readonly limits?: Partial<Http1Limits>;
  /** Whether replies are sent as gzip to clients that take it; default false. */
  readonly compresses?: boolean;
  /** Fields of errors of this room under `/v1/`, as those of the handler have them; default none. */
  readonly apiErrorFields?: Readonly<Record<string, string>>;
}

/**
 * REST over plaintext HTTP/1 on the connections that one thread has taken.
 *
 * `stop`, once nothing new is accepted, loses no request that has reached the server: it answers
 * what still comes on open connections with `Connection: close`, and closes idle ones after a short
 * while, since a request may be on its way on them.
 */
export class RestConnections implements ConnectionTaker {
  readonly #server: Server;
  readonly #environment: PlainEnvironment;
  readonly #limits: Http1Limits;
  readonly #connections = new Map<Socket, Http1Connection | PlainConnection>();
  readonly #sweeps: NodeJS.Timeout;
  #isDraining = false;
  #stopped: Promise<void> | null = null;

  constructor(options: RestConnectionsOptions) {
    const { handler, logger, budget, refusals } = options;
    const limits = { ...defaultHttp1Limits, ...options.limits };
    this.#limits = limits;
    const headersTimeoutMs = limits.headersTimeoutMs || Number.POSITIVE_INFINITY;
    const keepAliveMs = limits.keepAliveMs || Number.POSITIVE_INFINITY;
    const requestTimeoutMs = limits.requestTimeoutMs || Number.POSITIVE_INFINITY;
    const replyStallMs = limits.replyStallMs || Number.POSITIVE_INFINITY;
    const shortest = Math.min(headersTimeoutMs, keepAliveMs, requestTimeoutMs, replyStallMs);
    const sweepMs = Math.max(1, Math.min(mostSweepMs, shortest / sweepsInLimit));
    this.#environment = {
      handler,
      logger,
      budget,
      refusals,
      requestIds: new RequestIds(),
      maxBodyBytes: limits.maxBodyBytes,
      maxHeaderBytes: limits.maxHeaderBytes,
      replyStallMs: limits.replyStallMs,
      refusedBodyMs,
      replyHeads: new ReplyHeads(limits.keepAliveMs),
      mostFreshSweeps: headersTimeoutMs / sweepMs,
      mostIdleSweeps: keepAliveMs / sweepMs,
      mostRequestSweeps: requestTimeoutMs / sweepMs,
      isDraining: () => this.#isDraining,
      compresses: options.compresses ?? false,
      apiErrorFields: options.apiErrorFields ?? {},
      handOver: (socket, received) => this.#handOver(socket, received),
    };
    this.#server = this.#createServer();
    this.#sweeps = setInterval(() => this.#sweep(), sweepMs).unref();
  }

  /** To be opened with `allowHalfOpen`. */
  take(socket: Socket): void {
    this.#connections.set(socket, new PlainConnection(this.#environment, socket));
    socket.once('close', () => this.#connections.delete(socket));
  }

  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Ends gracefully; requests that have not been answered after `graceMs` are cut off. Resolves
   * when no connection is left. A second call waits for the first. Not before new connections are
   * refused: a client that is told to go elsewhere comes back.
   */
  stop(graceMs: number): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  /** Answers every request under way with an error, which ends its connection. */
  interrupt(status: number, message: string): void {
    for (const connection of this.#connections.values()) connection.interrupt(status, message);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#isDraining = true;
    // In parts, between which input is read however late they are: an event loop that was held up
    // for the whole time has not seen the requests that came meanwhile.
    let parts = 0;
    const linger = setInterval(() => {
      if (++parts >= lingerParts) this.#closeIdleConnections();
    }, this.#limits.drainLingerMs / lingerParts);
    const cutOff = setTimeout(() => {
      for (const socket of this.#connections.keys()) socket.destroy();
    }, graceMs);
    for (const socket of this.#connections.keys()) await once(socket, 'close');
    clearInterval(linger);
    clearTimeout(cutOff);
    clearInterval(this.#sweeps);
    // It never listened: this only ends its own timers.
    this.#server.close();
  }

  /** A reply on its way out is let out: to be called again and again. */
  #closeIdleConnections(): void {
    let isSending = false;
    for (const [socket, connection] of this.#connections) {
      if (connection instanceof Http1Connection) isSending ||= connection.isSending;
      else if (connection.isIdle) socket.destroy();
    }
    // Node.js would cut off what is being sent: such connections are idle to it.
    if (!isSending) this.#server.closeIdleConnections();
  }

  #sweep(): void {
    sweepIdleMemory();
    for (const connection of this.#connections.values()) {
      connection.sweep(this.#limits.replyStallMs);
    }
  }

  /** What the connection has received goes to `node:http` as if it had just come. */
  #handOver(socket: Socket, received: Buffer): void {
    const onStall = (): void => {
      this.#environment.refusals.count('reply_timeout');
      socket.destroy();
    };
    this.#connections.set(socket, new Http1Connection(socket, onStall));
    this.#server.emit('connection', socket);
    socket.emit('data', received);
  }

  #createServer(): Server {
    const limits = this.#limits;
    // Node.js refuses to wait longer for the headers than for the whole request.
    const headersTimeout = Math.min(
      limits.headersTimeoutMs,
      limits.requestTimeoutMs || Number.POSITIVE_INFINITY,
    );
    const server = createServer({
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.min(headersTimeout || 5000, 5000),
      // As TFS: clients that leave the Host header out are served.
      requireHostHeader: false,
    });
    // With this Node.js begins to look for requests that take too long; it does not listen itself.
    server.emit('listening');
    server.on('request', (request, response) => this.#open(request, response, false));
    server.on('checkContinue', (request, response) => this.#open(request, response, true));
    server.on('connect', ({ socket }) => this.#refuseMethod(socket));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      this.#onClientError(error, socket as Socket);
    });
    return server;
  }

  #open(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const connection = this.#connections.get(request.socket);
    if (!(connection instanceof Http1Connection) || !connection.mayReceive()) return;
    new RestExchange(this.#environment, connection, request, response).start(expectsContinue);
  }

  #onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
    switch (error.code) {
      case 'ECONNRESET':
      case 'EPIPE':
        socket.destroy();
        break;
      case 'ERR_HTTP_REQUEST_TIMEOUT':
        this.#refuse(socket, 'request_timeout', 408, 'The request did not arrive in time');
        break;
      case 'HPE_HEADER_OVERFLOW': {
        const limit = this.#limits.maxHeaderBytes;
        const message = `The request's header fields are larger than the limit of ${limit} bytes`;
        this.#refuse(socket, 'headers_too_large', 431, message);
        break;
      }
      case 'HPE_PAUSED_H2_UPGRADE': {
        const message = 'This port speaks HTTP/1.1; gRPC has a port of its own (--port)';
        this.#refuse(socket, 'unsupported', 400, message);
        break;
      }
      case 'HPE_INVALID_METHOD':
        if (isInName(error)) this.#refuseMethod(socket);
        else this.#refuseMalformed(socket, error);
        break;
      case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
        this.#refuse(socket, 'too_large', 413, 'The extensions of a chunk are too large');
        break;
      default:
        this.#refuseMalformed(socket, error);
    }
  }

  /** As TFS: with the page for what its listener does not have (spec 5.1). */
  #refuseMethod(socket: Socket): void {
    this.#closeWith(socket, 'unsupported', rawReply(unknownMethodReply()));
  }

  #refuseMalformed(socket: Socket, error: Error): void {
    this.#refuse(socket, 'malformed', 400, `Malformed HTTP request: ${reasonOf(error)}`);
  }

  #refuse(socket: Socket, reason: RefusalReason, status: number, message: string): void {
    this.#closeWith(socket, reason, rawErrorReply(status, message));
  }

  #closeWith(socket: Socket, reason: RefusalReason, reply: string): void {
    const connection = this.#connections.get(socket);
    if (!(connection instanceof Http1Connection)) return;
    if (connection.closeWith(reply)) this.#environment.refusals.count(reason);
  }
}

/**
 * Whether the parser stopped within a name that could be a method's. Told by one byte, since what is
 * around it may have come before, or is yet to come.
 */
function isInName(error: Error & { readonly bytesParsed?: unknown; readonly rawPacket?: unknown }) {
  const { bytesParsed, rawPacket } = error;
  if (typeof bytesParsed !== 'number' || !(rawPacket instanceof Uint8Array)) return false;
  return /^[A-Z]$/.test(String.fromCharCode(rawPacket[bytesParsed] ?? 0));
}

/** What the HTTP parser has to say of bytes that are not HTTP. */
function reasonOf(error: Error & { readonly reason?: unknown }): string {
  return typeof error.reason === 'string' ? error.reason : error.message;
}
