/** Texts that are counted one by one; the others together. */
const mostTexts = 20;

/** One kind of failure. */
export interface ErrorCount {
  readonly text: string;
  readonly count: number;
}

/** Counts failures by their text, in bounded memory: numbers in them make no difference. */
export class ErrorTable {
  readonly #counts = new Map<string, { text: string; count: number }>();
  #others = 0;

  add(text: string): void {
    const key = text.replaceAll(/\d+/g, '#');
    const known = this.#counts.get(key);
    if (known !== undefined) known.count++;
    else if (this.#counts.size < mostTexts) this.#counts.set(key, { text, count: 1 });
    else this.#others++;
  }

  /** The most frequent first; the first text of each kind stands for all. */
  list(): ErrorCount[] {
    const list = [...this.#counts.values()].sort((a, b) => b.count - a.count);
    return this.#others === 0 ? list : [...list, { text: 'other errors', count: this.#others }];
  }
}
