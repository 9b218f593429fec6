import type { RestReply } from '../protocol/index.ts';
import { reasonPhrase } from './reason-phrase.ts';

/** What may stand in a field: visible ASCII, spaces. */
const safeField = /^[\x20-\x7e]*$/;

/** Writes the heads of replies as `node:http` does; what is the same for many is prepared once. */
export class ReplyHeads {
  readonly #keepAlive: string;
  /** Status line and fields of replies with the same `headers` object, by status. */
  readonly #starts = new WeakMap<RestReply['headers'], Map<number, string>>();
  #second = 0;
  #date = '';

  /** @param keepAliveMs how long an idle connection is kept; 0: for ever, without a word of it. */
  constructor(keepAliveMs: number) {
    const seconds = Math.floor(keepAliveMs / 1000);
    this.#keepAlive = `Connection: keep-alive\r\n${
      keepAliveMs > 0 ? `Keep-Alive: timeout=${seconds}\r\n` : ''
    }\r\n`;
  }

  /**
   * The head of a reply that starts with {@link start}.
   *
   * @param bodyLength bytes of the body
   * @param closes whether the connection ends with this reply
   */
  of(start: string, bodyLength: number, closes: boolean): string {
    const now = Math.floor(Date.now() / 1000);
    if (now !== this.#second) {
      this.#second = now;
      this.#date = `\r\nDate: ${new Date(now * 1000).toUTCString()}\r\n`;
    }
    return closes
      ? `${start}Content-Length: ${bodyLength}\r\nConnection: close${this.#date}\r\n`
      : `${start}Content-Length: ${bodyLength}${this.#date}${this.#keepAlive}`;
  }

  /**
   * Status line and fields of a reply, but for those that tell of its length, its time and its
   * connection.
   *
   * @throws TypeError for a field that cannot be sent
   */
  start({ status, headers }: RestReply): string {
    let starts = this.#starts.get(headers);
    if (starts === undefined) {
      starts = new Map();
      this.#starts.set(headers, starts);
    }
    let start = starts.get(status);
    if (start === undefined) {
      start = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`;
      for (const [name, value] of Object.entries(headers)) {
        if (!safeField.test(name) || !safeField.test(value)) {
          throw new TypeError(`The field ${JSON.stringify(name)} of a reply cannot be sent`);
        }
        if (name !== 'Connection') start += `${name}: ${value}\r\n`;
      }
      starts.set(status, start);
    }
    return start;
  }
}
