import type { Socket } from 'node:net';

/**
 * Cuts a connection off whose client takes nothing of what was written to it for a while. For small
 * replies, which have no time of their own: its owner looks again and again.
 */
export class ReplyWatch {
  readonly #socket: Socket;
  readonly #onStall: () => void;
  #wasBehind = false;
  /** The time that was set; 0: none. */
  #stallMs = 0;

  /** @param onStall called once the time is over; the socket is not destroyed by then. */
  constructor(socket: Socket, onStall: () => void) {
    this.#socket = socket;
    this.#onStall = onStall;
  }

  /** @param stallMs 0: no limit. */
  look(stallMs: number): void {
    const socket = this.#socket;
    const isBehind = socket.writableLength > 0;
    if (!isBehind) this.close();
    // Of a large reply the time is set already. A socket's own timer sees progress within a write.
    else if (this.#wasBehind && stallMs > 0 && !socket.timeout) {
      this.close();
      this.#stallMs = stallMs;
      // Before that of `node:http`, which only destroys the socket.
      socket.prependListener('timeout', this.#stalled);
      socket.setTimeout(stallMs);
    }
    this.#wasBehind = isBehind;
  }

  /** Gives the connection the time back that it had without. */
  close(): void {
    if (this.#stallMs === 0) return;
    const socket = this.#socket;
    socket.off('timeout', this.#stalled);
    if (socket.timeout === this.#stallMs) socket.setTimeout(0);
    this.#stallMs = 0;
  }

  readonly #stalled = (): void => {
    if (!this.#socket.destroyed) this.#onStall();
  };
}
