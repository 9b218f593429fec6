import { randomBytes } from 'node:crypto';

const acceptable = /^[\x21-\x7e]{1,128}$/;

/** Gives requests the ids under which they appear in the log. */
export class RequestIds {
  readonly #prefix = randomBytes(5).toString('hex');
  #count = 0;

  /**
   * The client's own `x-request-id` where it sent a usable one (visible ASCII, up to 128
   * characters), otherwise one that no other request of this process has.
   */
  of(header: string | string[] | undefined): string {
    if (typeof header === 'string' && acceptable.test(header)) return header;
    this.#count += 1;
    return `${this.#prefix}-${this.#count.toString(36)}`;
  }
}
