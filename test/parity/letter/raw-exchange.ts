import { once } from 'node:events';
import net from 'node:net';

/** A reply as it came. */
export interface RawReply {
  /** Bytes before the status line: informational replies. */
  readonly before: string;
  readonly status: string;
  /** By lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** One HTTP/1.1 connection without a client library: bytes out, replies in. */
export class RawExchange implements Disposable {
  readonly #socket: net.Socket;
  #received = Buffer.alloc(0);
  #wake: () => void = () => {};

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    socket.on('end', () => this.#wake());
    socket.on('error', () => {});
  }

  static async connect(port: number): Promise<RawExchange> {
    const socket = net.connect(port, '127.0.0.1');
    const exchange = new RawExchange(socket);
    await once(socket, 'connect');
    return exchange;
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The next reply. @param hasBody false after HEAD. @throws Error where the connection ends before */
  async reply(hasBody = true): Promise<RawReply> {
    const head = await this.#take((text) => {
      const start = /(?:^|\r\n\r\n)(?=HTTP\/1\.1 [2-5])/.exec(text);
      const end = start === null ? -1 : text.indexOf('\r\n\r\n', start.index + start[0].length);
      return end < 0 ? -1 : end + 4;
    });
    const statusAt = head.search(/HTTP\/1\.1 [2-5]/);
    const [statusLine = '', ...lines] = head.slice(statusAt, -4).split('\r\n');
    const fields = new Map(
      lines.map((line) => {
        const colon = line.indexOf(': ');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)];
      }),
    );
    const length = hasBody ? Number(fields.get('content-length')) : 0;
    const body = await this.#take((text) => (text.length < length ? -1 : length));
    return {
      before: head.slice(0, statusAt),
      status: statusLine.replace('HTTP/1.1 ', ''),
      fields,
      body: Buffer.from(body, 'latin1'),
    };
  }

  /** Resolves when the server ends the connection. @throws Error where it says anything before */
  async ended(): Promise<void> {
    while (!this.#socket.readableEnded) await this.#change();
    if (this.#received.length > 0)
      throw new Error(`More came: ${this.#received.toString('latin1')}`);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  /** @param lengthOf how much is wanted of what has come, byte by byte; -1: not all is there */
  async #take(lengthOf: (text: string) => number): Promise<string> {
    for (;;) {
      const text = this.#received.toString('latin1');
      const length = lengthOf(text);
      if (length >= 0) {
        this.#received = this.#received.subarray(length);
        return text.slice(0, length);
      }
      if (this.#socket.readableEnded) throw new Error(`The connection ended after: ${text}`);
      await this.#change();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
