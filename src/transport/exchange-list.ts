/** What an {@link ExchangeList} keeps; the links are the list's. */
export interface Listed<Self> {
  previous: Self | null;
  next: Self | null;
}

/**
 * The calls under way, as a linked list. In a Set that takes and drops thousands of them a second,
 * a table that has survived a collection keeps alive all that replace it, with the calls they held,
 * until the next full collection: survivors then cost more time than anything else of a call.
 */
export class ExchangeList<Item extends Listed<Item>> {
  #first: Item | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(item: Item): void {
    const first = this.#first;
    item.next = first;
    if (first !== null) first.previous = item;
    this.#first = item;
    this.#size += 1;
  }

  /** Takes out what is in the list; the links of `item` are cleared. */
  delete(item: Item): void {
    const { previous, next } = item;
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next !== null) next.previous = previous;
    item.previous = null;
    item.next = null;
    this.#size -= 1;
  }

  /** All of them; the list may change meanwhile. */
  toArray(): Item[] {
    const items: Item[] = [];
    for (let item = this.#first; item !== null; item = item.next) items.push(item);
    return items;
  }
}
