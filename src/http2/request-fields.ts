import { fieldSize } from './hpack/dynamic-table.ts';

/** Header fields of a request: lower-case names; values of one name joined, as RFC 9110, 5.3 has it. */
export type RequestFields = Readonly<Record<string, string | undefined>>;

/** What is wrong with the fields of a request. */
export type FieldsProblem = 'malformed' | 'too large';

/** Fields of one connection of HTTP/1, which HTTP/2 forbids (RFC 9113, 8.2.2). */
const connectionFields: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

const requestPseudoFields: ReadonlySet<string> = new Set([
  ':method',
  ':scheme',
  ':path',
  ':authority',
]);

/** A token in lower case (RFC 9110, 5.6.2). */
const regularName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const forbiddenInValue = /[\0\r\n]/;

/**
 * Collects the fields of one request and checks them (RFC 9113, 8.2 and 8.3). All of a block is to be
 * given, also behind the first problem; no more than `maxBytes` of it is kept.
 */
export class FieldCollector {
  readonly #maxBytes: number;
  readonly #fields: Record<string, string | undefined> = Object.create(null);
  #bytes = 0;
  #hasRegular = false;
  #hasPseudo = false;
  #problem: FieldsProblem | null = null;

  /** @param maxBytes of names and values, with 32 for each field, as SETTINGS_MAX_HEADER_LIST_SIZE counts */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(name: string, value: string): void {
    this.#bytes += fieldSize(name, value);
    if (this.#bytes > this.#maxBytes) this.#problem = 'too large';
    if (this.#problem !== null) return;
    const isAllowed = name.startsWith(':')
      ? this.#isPseudoField(name)
      : this.#isRegular(name, value);
    if (!isAllowed || forbiddenInValue.test(value) || value.trim() !== value) {
      this.#problem = 'malformed';
      return;
    }
    const earlier = this.#fields[name];
    if (earlier === undefined) this.#fields[name] = value;
    else this.#fields[name] = `${earlier}${name === 'cookie' ? ';' : ','} ${value}`;
  }

  /** The fields of a request's begin. */
  request(): RequestFields | FieldsProblem {
    if (this.#problem !== null) return this.#problem;
    const { ':method': method, ':scheme': scheme, ':path': path } = this.#fields;
    if (method === undefined || scheme === undefined || path === undefined) return 'malformed';
    if (!path.startsWith('/') && path !== '*') return 'malformed';
    return this.#fields;
  }

  /** Whether they may come behind the content of a request: no pseudo-fields. */
  get isTrailers(): boolean {
    return this.#problem === null && !this.#hasPseudo;
  }

  #isPseudoField(name: string): boolean {
    this.#hasPseudo = true;
    return !this.#hasRegular && requestPseudoFields.has(name) && this.#fields[name] === undefined;
  }

  #isRegular(name: string, value: string): boolean {
    this.#hasRegular = true;
    if (!regularName.test(name) || connectionFields.has(name)) return false;
    return name !== 'te' || value === 'trailers';
  }
}
