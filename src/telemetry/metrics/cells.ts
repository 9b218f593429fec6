/**
 * A number that one thread writes and any may read. Cells are looked up once, by
 * `ThreadMetrics`, and then written without a lookup, allocation or lock.
 */
export class CounterCell {
  readonly #numbers: Float64Array;
  readonly #at: number;

  constructor(numbers: Float64Array, at: number) {
    this.#numbers = numbers;
    this.#at = at;
  }

  add(count = 1): void {
    this.#numbers[this.#at] = this.#numbers[this.#at]! + count;
  }
}

/** A number in the same manner that goes up and down. */
export class GaugeCell {
  readonly #numbers: Float64Array;
  readonly #at: number;

  constructor(numbers: Float64Array, at: number) {
    this.#numbers = numbers;
    this.#at = at;
  }

  set(value: number): void {
    this.#numbers[this.#at] = value;
  }
}

/** A histogram in the same manner: the counts of its buckets, then the sum of its values. */
export class HistogramCell {
  readonly #numbers: Float64Array;
  readonly #at: number;
  readonly #limits: readonly number[];

  constructor(numbers: Float64Array, at: number, limits: readonly number[]) {
    this.#numbers = numbers;
    this.#at = at;
    this.#limits = limits;
  }

  /** Counts a value in the first bucket whose limit is above it. */
  add(value: number): void {
    const limits = this.#limits;
    let low = 0;
    let high = limits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value < limits[middle]!) high = middle;
      else low = middle + 1;
    }
    const numbers = this.#numbers;
    const bucket = this.#at + low;
    const sum = this.#at + limits.length + 1;
    numbers[bucket] = numbers[bucket]! + 1;
    numbers[sum] = numbers[sum]! + value;
  }
}
