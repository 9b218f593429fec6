import { type Clock, systemClock } from '../util/index.ts';
import type { Channel, Done } from './channel.ts';
import type { PreparedRequest } from './prepared-request.ts';

/** Between two attempts to connect, so that a server that is gone is not asked all the time. */
const pauseMs = 100;

/**
 * A channel that is opened anew when it has failed: servers end connections that are old, and some
 * end one after an error. A request that finds no server fails, after a pause.
 */
export class KeptChannel implements Channel {
  readonly capacity: number;
  readonly failure = null;
  readonly #open: () => Promise<Channel>;
  readonly #clock: Clock;
  #channel: Channel;
  /** Settles with the channel that is being opened. */
  #opening: Promise<Channel> | null = null;
  #isClosed = false;

  private constructor(channel: Channel, open: () => Promise<Channel>, clock: Clock) {
    this.capacity = channel.capacity;
    this.#channel = channel;
    this.#open = open;
    this.#clock = clock;
  }

  /** @throws what `open` throws. */
  static async open(
    open: () => Promise<Channel>,
    clock: Clock = systemClock,
  ): Promise<KeptChannel> {
    return new KeptChannel(await open(), open, clock);
  }

  ask(request: PreparedRequest, done: Done): void {
    if (this.#channel.failure === null) this.#channel.ask(request, done);
    else void this.#askAnew(request, done);
  }

  close(): void {
    this.#isClosed = true;
    this.#channel.close();
  }

  async #askAnew(request: PreparedRequest, done: Done): Promise<void> {
    try {
      this.#opening ??= this.#reopen();
      await this.#opening;
    } catch (error) {
      await this.#clock.sleep(pauseMs);
      if (!this.#isClosed) done(error instanceof Error ? error.message : String(error), null);
      return;
    }
    if (!this.#isClosed) this.#channel.ask(request, done);
  }

  async #reopen(): Promise<Channel> {
    try {
      this.#channel.close();
      const channel = await this.#open();
      if (this.#isClosed) channel.close();
      this.#channel = channel;
      return channel;
    } finally {
      this.#opening = null;
    }
  }
}
