import type { HeaderField } from './static-table.ts';

/** What an entry takes beyond its octets (RFC 7541, 4.1). */
const entryOverhead = 32;

export function fieldSize(name: string, value: string): number {
  return name.length + value.length + entryOverhead;
}

/** The fields that a peer has sent to be named by their index later, newest first (RFC 7541, 2.3.2). */
export class DynamicTable {
  /** Oldest first; those before `#first` are gone. */
  readonly #entries: HeaderField[] = [];
  #first = 0;
  #size = 0;
  #maxSize: number;

  /** @param maxSize in octets, as RFC 7541, 4.1 counts them */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** @param index 0 for the newest */
  at(index: number): HeaderField | undefined {
    const at = this.#entries.length - 1 - index;
    return at < this.#first ? undefined : this.#entries[at];
  }

  /** One that is larger than the table empties it, which is no error. */
  add(field: HeaderField): void {
    const size = fieldSize(field.name, field.value);
    this.#evictTo(this.#maxSize - size);
    if (size > this.#maxSize) return;
    this.#entries.push(field);
    this.#size += size;
  }

  resize(maxSize: number): void {
    this.#maxSize = maxSize;
    this.#evictTo(maxSize);
  }

  #evictTo(size: number): void {
    const entries = this.#entries;
    while (this.#size > size && this.#first < entries.length) {
      const { name, value } = entries[this.#first++]!;
      this.#size -= fieldSize(name, value);
    }
    if (this.#first * 2 > entries.length) {
      entries.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
