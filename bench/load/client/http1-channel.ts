import type net from 'node:net';
import type { Channel, Done } from './channel.ts';
import { connect, type Server } from './connect.ts';
import type { PreparedRequest } from './plan.ts';

const endOfHead = Buffer.from('\r\n\r\n');
const ok = Buffer.from('HTTP/1.1 200 ');
const heads = new WeakMap<PreparedRequest, Buffer>();

function headOf(request: PreparedRequest): Buffer {
  let head = heads.get(request);
  if (head === undefined) {
    const { path, contentType, body } = request;
    head = Buffer.from(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    heads.set(request, head);
  }
  return head;
}

/**
 * HTTP/1.1 by hand over one socket that is kept: just enough to send a prepared request and to
 * compare the answer, so that the client costs a fraction of what the server does.
 */
export class Http1Channel implements Channel {
  readonly capacity = 1;
  readonly #socket: net.Socket;
  #request: PreparedRequest | null = null;
  #done: Done | null = null;
  /** What came of the answer so far. */
  #received: Buffer | null = null;
  #failure: string | null = null;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(String(error)));
    socket.on('close', () => this.#fail('the server closed the connection'));
  }

  static async connect(server: Server): Promise<Http1Channel> {
    return new Http1Channel(await connect(server, 'http/1.1'));
  }

  ask(request: PreparedRequest, done: Done): void {
    if (this.#failure !== null) {
      const failure = this.#failure;
      setImmediate(() => done(failure));
      return;
    }
    this.#request = request;
    this.#done = done;
    this.#socket.cork();
    this.#socket.write(headOf(request));
    this.#socket.write(request.body);
    this.#socket.uncork();
  }

  close(): void {
    this.#done = null;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    const received = this.#received === null ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = received.indexOf(endOfHead);
    if (headEnd < 0) {
      this.#received = received;
      return;
    }
    const from = headEnd + endOfHead.length;
    const { answer } = this.#request!;
    const isOk = received.compare(ok, 0, ok.length, 0, ok.length) === 0;
    const length = isOk ? answer.length : contentLength(received.toString('latin1', 0, headEnd));
    if (received.length - from < length) {
      this.#received = received;
      return;
    }
    this.#received = null;
    const isRight =
      isOk &&
      received.length - from === answer.length &&
      received.compare(answer, 0, answer.length, from) === 0;
    this.#settle(isRight ? null : received.toString('latin1', 0, 500));
  }

  #settle(failure: string | null): void {
    const done = this.#done;
    this.#done = null;
    done?.(failure);
  }

  #fail(failure: string): void {
    this.#failure ??= failure;
    this.#settle(failure);
  }
}

function contentLength(head: string): number {
  return Number(head.match(/content-length: *(\d+)/i)?.[1] ?? 0);
}
