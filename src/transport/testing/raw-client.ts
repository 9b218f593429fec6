import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP client that sends what it is told, right or wrong, and keeps what comes back. */
export class RawClient implements Disposable {
  readonly socket: Socket;
  #received = '';
  #onChange: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#onChange();
    });
    socket.on('close', () => this.#onChange());
    socket.on('error', () => {});
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  /** Every byte as a character of the same number. */
  get received(): string {
    return this.#received;
  }

  write(data: string | Uint8Array): this {
    this.socket.write(data);
    return this;
  }

  /** Resolves when what was received matches. @throws Error when the connection ends before. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.socket.closed) throw new Error(`Closed after: ${this.#received}`);
      await this.#change();
    }
    return this.#received;
  }

  /** All that was received, when the server has closed the connection. */
  async untilClosed(): Promise<string> {
    while (!this.socket.closed) await this.#change();
    return this.#received;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = resolve;
    });
  }
}
