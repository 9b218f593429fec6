import { STATUS_CODES } from 'node:http';
import type net from 'node:net';
import { type Channel, closedByServer, type Done } from './channel.ts';
import { authority, connect, type Endpoint } from './connect.ts';
import { connectionFailure, isTls, speaksTls } from './connection-failure.ts';
import { errorText } from './error-text.ts';
import { bodyLength, unchunked } from './http1-body.ts';
import { type PreparedRequest, wrongAnswer } from './prepared-request.ts';

const endOfHead = Buffer.from('\r\n\r\n');

/**
 * HTTP/1.1 by hand over one socket that is kept: just enough to send a prepared request and to judge
 * the answer, so that the client costs a fraction of what the server does.
 */
export class Http1Channel implements Channel {
  readonly capacity = 1;
  readonly #socket: net.Socket;
  readonly #host: string;
  readonly #heads = new Map<PreparedRequest, Buffer>();
  #request: PreparedRequest | null = null;
  #done: Done | null = null;
  /** What came of the answer so far. */
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes of the answer with its head, once its head is here; else 0. */
  #needed = 0;
  #failure: string | null = null;

  private constructor(socket: net.Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(connectionFailure(error)));
    socket.on('close', () => this.#fail(closedByServer));
  }

  /** @throws Error of the system where there is no server. */
  static async connect(endpoint: Endpoint): Promise<Http1Channel> {
    return new Http1Channel(await connect(endpoint, 'http/1.1'), authority(endpoint));
  }

  get failure(): string | null {
    return this.#failure;
  }

  ask(request: PreparedRequest, done: Done): void {
    if (this.#failure !== null) {
      const failure = this.#failure;
      setImmediate(() => done(failure, null));
      return;
    }
    this.#request = request;
    this.#done = done;
    this.#socket.cork();
    this.#socket.write(this.#headOf(request));
    this.#socket.write(request.body);
    this.#socket.uncork();
  }

  close(): void {
    this.#done = null;
    this.#socket.destroy();
  }

  #headOf(request: PreparedRequest): Buffer {
    let head = this.#heads.get(request);
    if (head === undefined) {
      const { path, contentType, body } = request;
      head = Buffer.from(
        `POST ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      this.#heads.set(request, head);
    }
    return head;
  }

  #receive(chunk: Buffer): void {
    if (this.#done === null || isTls(chunk)) {
      this.#fail(isTls(chunk) ? speaksTls : 'the server sent what nobody asked for');
      this.#socket.destroy();
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#needed) return;
    const received = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [received];
    const headEnd = received.indexOf(endOfHead);
    if (headEnd < 0) return;
    const from = headEnd + endOfHead.length;
    const head = received.toString('latin1', 0, headEnd).toLowerCase();
    const length = bodyLength(head);
    this.#needed = length === null ? 0 : from + length;
    if (received.length < this.#needed) return;
    const body = length === null ? unchunked(received, from) : received.subarray(from);
    if (body === null) return;
    this.#chunks = [];
    this.#bytes = 0;
    this.#needed = 0;
    if (head.includes('\r\nconnection: close')) this.#failure ??= closedByServer;
    this.#judge(Number(head.slice(9, 12)), body);
  }

  #judge(status: number, body: Buffer): void {
    const request = this.#request!;
    if (status === 200) {
      const failure = wrongAnswer(request, body);
      this.#settle(failure, failure === null ? body : null);
    } else {
      const reason = STATUS_CODES[status] ?? '';
      this.#settle(`${status} ${reason}: ${errorText(body)}`, null);
    }
  }

  #settle(failure: string | null, answer: Buffer | null): void {
    const done = this.#done;
    this.#done = null;
    done?.(failure, answer);
  }

  #fail(failure: string): void {
    this.#failure ??= failure;
    this.#settle(failure, null);
  }
}
