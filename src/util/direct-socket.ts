import { Socket } from 'node:net';

/** Who reads a {@link DirectSocket}. */
export interface SocketReader {
  /** Where the next bytes are to go; null for memory that the socket has, for one read only. */
  nextBuffer(): Uint8Array | null;
  /**
   * Bytes have been read: the begin of what `nextBuffer` gave last, or else of memory that is the
   * socket's again when this returns.
   */
  received(bytes: Uint8Array, isOwn: boolean): void;
}

/** Memory that all sockets of a thread read to in turn: what comes there is looked at at once. */
const readBuffer = Buffer.allocUnsafeSlow(64 << 10);

/** Connects a socket's read with whoever wants to have it. */
class Reads {
  reader: SocketReader | null = null;
  socket: Socket | null = null;

  readonly next = (): Uint8Array => this.reader?.nextBuffer() ?? readBuffer;

  readonly took = (length: number, buffer: Uint8Array): boolean => {
    const bytes = buffer.subarray(0, length);
    if (this.reader !== null) this.reader.received(bytes, buffer !== readBuffer);
    else this.socket?.emit('data', Buffer.from(bytes));
    return true;
  };
}

/**
 * A connection whose reader says where its bytes are to be read to, so that the body of a request
 * comes straight into memory that is kept for it. A socket as Node.js makes it reads into a buffer of
 * its own for each 64 KiB, which costs more than what is in it. Without a reader it emits `data` like
 * any other; it is never to be read by `read` or a pipe.
 */
export class DirectSocket extends Socket {
  readonly #reads: Reads;

  /** @param fd becomes the socket's */
  constructor(options: { readonly fd: number; readonly allowHalfOpen: boolean }) {
    const reads = new Reads();
    super({
      ...options,
      readable: true,
      writable: true,
      onread: { buffer: reads.next, callback: reads.took },
    });
    reads.socket = this;
    this.#reads = reads;
  }

  /** From the next read on. */
  set reader(reader: SocketReader | null) {
    this.#reads.reader = reader;
  }
}
