import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Logger } from '../telemetry/index.ts';
import type { TlsMaterial } from './tls-material.ts';
import { alpnNames, type Protocol } from './tls-protocols.ts';

export interface TlsDoorOptions {
  readonly protocol: Protocol;
  readonly material: TlsMaterial;
  /** How long a client may take for the handshake, in ms. */
  readonly handshakeMs: number;
  /** Serves an encrypted connection; owns it. */
  readonly serve: (socket: TLSSocket) => void;
  /** A handshake has failed or was refused; its connection is closed. */
  readonly onRefused: () => void;
  readonly logger: Logger;
}

/** Handshakes at once on one thread: each has some 100 KB, and one full set is seconds of work. */
const mostHandshakes = 1000;

/**
 * Makes the TLS handshakes of one protocol on one thread: TLS 1.2 at least, a client certificate where
 * the material has roots for it. What fails is closed without a word in plain text.
 */
export class TlsDoor {
  readonly #options: TlsDoorOptions;
  /** Connections in their handshake. */
  readonly #waiting = new Set<Socket>();
  #server: Server;
  #isStopped = false;
  /** Called when the last handshake has ended, while the door is being closed. */
  #onQuiet: (() => void) | null = null;

  constructor(options: TlsDoorOptions) {
    this.#options = options;
    this.#server = this.#createServer(options.material);
  }

  /** Connections in their handshake. */
  get handshakes(): number {
    return this.#waiting.size;
  }

  /** Takes a connection of which nothing has been read; owns it. */
  take(socket: Socket): void {
    if (this.#isStopped || this.#waiting.size >= mostHandshakes) {
      if (!this.#isStopped) this.#options.onRefused();
      socket.destroy();
      return;
    }
    this.#waiting.add(socket);
    socket.once('close', () => this.#forget(socket));
    this.#server.emit('connection', socket);
  }

  /** For connections from now on; those that there are go on. */
  use(material: TlsMaterial): void {
    // What asks for certificates of clients belongs to a server, not to its context.
    this.#server = this.#createServer(material);
  }

  /**
   * Lets handshakes under way finish, since a client that has done its part may have asked something already;
   * those that have not finished after `graceMs` are cut off. Resolves when there is none, and takes nothing
   * more from then on. Not before new connections are refused.
   */
  async stop(graceMs: number): Promise<void> {
    if (this.#waiting.size > 0) {
      const quiet = new Promise<void>((resolve) => {
        this.#onQuiet = resolve;
      });
      const cutOff = setTimeout(() => {
        for (const socket of this.#waiting) socket.destroy();
      }, graceMs);
      await quiet;
      clearTimeout(cutOff);
    }
    this.#isStopped = true;
  }

  /** It never listens: connections are handed to it. */
  #createServer(material: TlsMaterial): Server {
    const { protocol, handshakeMs, serve } = this.#options;
    const { key, cert, clientRoots, ticketKeys } = material;
    const alpn = alpnNames[protocol];
    const server = createServer({
      ...{ key, cert, minVersion: 'TLSv1.2', ticketKeys: Buffer.from(ticketKeys) },
      ALPNProtocols: [alpn],
      handshakeTimeout: handshakeMs,
      ...(clientRoots !== null && {
        ca: clientRoots,
        requestCert: true,
        rejectUnauthorized: true,
      }),
    });
    server.on('secureConnection', (socket) => {
      this.#forgetBelow(socket);
      if (protocol === 'grpc' && socket.alpnProtocol !== alpn) {
        this.#refuse(socket, new Error(`the client did not agree on ${alpn} (ALPN)`));
      } else {
        serve(socket.setNoDelay(true));
      }
    });
    server.on('tlsClientError', (error, socket) => {
      this.#forgetBelow(socket);
      this.#refuse(socket, error);
    });
    return server;
  }

  #forgetBelow(socket: TLSSocket): void {
    // The socket below is known by this property alone.
    const { _parent: below } = socket as TLSSocket & { readonly _parent?: Socket };
    if (below !== undefined) this.#forget(below);
  }

  #forget(socket: Socket): void {
    this.#waiting.delete(socket);
    if (this.#waiting.size === 0) this.#onQuiet?.();
  }

  #refuse(socket: TLSSocket, error: Error): void {
    const { protocol, logger, onRefused } = this.#options;
    socket.destroy();
    onRefused();
    logger.debug('A TLS handshake failed', { protocol, error });
  }
}
