import { staticNames, staticTable } from './static-table.ts';

/** Fields of a reply: lower-case names, a list for a name that comes several times. */
export type ReplyFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Room that a client's table must have for what we put there. */
const neededTableSize = 4096;

/** Fields that come again in every reply: the client is told to remember them. */
const remembered: ReadonlySet<string> = new Set([
  'content-type',
  'grpc-accept-encoding',
  'grpc-encoding',
]);
/** Each is short and there are few; more than these are sent as they are. */
const mostRemembered = 8;
const longestRemembered = 100;

/** Prepared blocks are kept for fields that come as the same object again. */
const mostPrepared = 8;

interface Prepared {
  readonly fields: ReplyFields;
  /** The table's insertions that it counts on. */
  readonly insertions: number;
  readonly block: Uint8Array;
}

/**
 * Encodes the header fields of replies of one connection. A block must be sent before the next one is
 * encoded. Fields that come with every reply are put into the client's table once and nothing ever
 * pushes them out, so that the block of an ordinary reply is a few bytes, made once.
 */
export class HpackEncoder {
  /** The insertion of each field in the client's table, by name and value. */
  readonly #inserted = new Map<string, number>();
  readonly #prepared: Prepared[] = [];
  /** Whether the client's table is as large as we need it. */
  #remembers = true;
  /** A new size of the table to be told at the begin of the next block; null: none. */
  #resize: number | null = null;

  /** The client's SETTINGS_HEADER_TABLE_SIZE. */
  set tableSize(size: number) {
    const isLargeEnough = size >= neededTableSize;
    if (isLargeEnough && this.#remembers) return;
    // Whoever has once made it smaller gets fields as they are.
    this.#remembers = false;
    this.#prepared.length = 0;
    this.#resize = Math.min(this.#resize ?? size, size, neededTableSize);
  }

  /** @returns a block that belongs to the encoder: it is not to be written to. */
  encode(fields: ReplyFields): Uint8Array {
    for (const prepared of this.#prepared) {
      if (prepared.fields === fields && prepared.insertions === this.#inserted.size) {
        if (this.#resize === null) return prepared.block;
      }
    }
    return this.#encodeAnew(fields);
  }

  #encodeAnew(fields: ReplyFields): Uint8Array {
    const { size } = this.#inserted;
    const bytes: number[] = [];
    const isPlain = this.#resize === null;
    if (this.#resize !== null) pushInteger(bytes, 0x20, 0x1f, this.#resize);
    this.#resize = null;
    for (const name in fields) {
      const value = fields[name];
      if (typeof value === 'string') this.#push(bytes, name, value);
      else if (value !== undefined) for (const one of value) this.#push(bytes, name, one);
    }
    const block = Uint8Array.from(bytes);
    const isStable = isPlain && size === this.#inserted.size;
    if (isStable && Object.isFrozen(fields)) this.#keep(fields, block);
    return block;
  }

  #keep(fields: ReplyFields, block: Uint8Array): void {
    const prepared = { fields, insertions: this.#inserted.size, block };
    const at = this.#prepared.findIndex((other) => other.fields === fields);
    if (at >= 0) this.#prepared[at] = prepared;
    else if (this.#prepared.length < mostPrepared) this.#prepared.push(prepared);
  }

  #push(bytes: number[], name: string, value: string): void {
    const insertion = this.#remembers ? this.#inserted.get(`${name}\n${value}`) : undefined;
    if (insertion !== undefined) {
      const age = this.#inserted.size - 1 - insertion;
      pushInteger(bytes, 0x80, 0x7f, staticTable.length + 1 + age);
      return;
    }
    if (name === ':status' && value === '200') {
      bytes.push(0x88);
      return;
    }
    const isNew =
      this.#remembers &&
      remembered.has(name) &&
      this.#inserted.size < mostRemembered &&
      name.length + value.length <= longestRemembered;
    if (isNew) this.#inserted.set(`${name}\n${value}`, this.#inserted.size);
    const nameIndex = staticNames.get(name) ?? 0;
    if (isNew) pushInteger(bytes, 0x40, 0x3f, nameIndex);
    else pushInteger(bytes, 0x00, 0x0f, nameIndex);
    if (nameIndex === 0) pushString(bytes, name);
    pushString(bytes, value);
  }
}

function pushInteger(bytes: number[], pattern: number, mask: number, value: number): void {
  if (value < mask) {
    bytes.push(pattern | value);
    return;
  }
  bytes.push(pattern | mask);
  let rest = value - mask;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
}

function pushString(bytes: number[], text: string): void {
  pushInteger(bytes, 0x00, 0x7f, text.length);
  for (let i = 0; i < text.length; i++) bytes.push(text.charCodeAt(i) & 0xff);
}
