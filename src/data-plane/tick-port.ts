/** Where messages are posted: a MessagePort or a Worker. */
export interface Poster {
  postMessage(message: unknown): void;
}

/**
 * Sends what one turn of the event loop produces as one message, in its order: posting, waking the
 * other thread and reading cost more than most of what is sent.
 *
 * The receiver gets arrays: {@link TickPort.receive}.
 */
export class TickPort<Out> {
  readonly #port: Poster;
  #waiting: Out[] = [];

  constructor(port: Poster) {
    this.#port = port;
  }

  /** Sends at the end of this turn. What cannot be cloned throws when it is sent: see to it before. */
  send(message: Out): void {
    if (this.#waiting.length === 0) setImmediate(() => this.flush());
    this.#waiting.push(message);
  }

  /** Sends now. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const messages = this.#waiting;
    this.#waiting = [];
    this.#port.postMessage(messages);
  }

  /** Calls `handle` with each message of what was posted by a TickPort. */
  static receive<In>(posted: unknown, handle: (message: In) => void): void {
    for (const message of posted as readonly In[]) handle(message);
  }
}
