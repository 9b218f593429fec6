/**
 * Buckets of 1/128 of their values: two figures after the first are right, whatever the size. Up to
 * this number of µs each value has a bucket of its own.
 */
const perOctave = 128;
const exactBelow = 2 * perOctave;
/** ms; what is longer is counted as this long. */
const longestMs = (2 ** 31 - 1) / 1000;

/** One bucket that is not empty: from ≤ ms < to. */
export interface HistogramBucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/**
 * Latencies in a fixed amount of memory (26 KiB), however many there are. Quantiles are right to
 * 0.8 %; the least, greatest and mean latency are exact.
 *
 * Values in whole µs. Below 256 a bucket is 1 µs wide; then each octave (256–511, 512–1023, …) has
 * 128 buckets: index = 128 × octave + the highest eight bits of the value.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(26 * perOctave);
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  /** Of latencies that were added. */
  get count(): number {
    return this.#count;
  }

  /** In ms; NaN of none. */
  get min(): number {
    return this.#count === 0 ? Number.NaN : this.#min;
  }

  get max(): number {
    return this.#count === 0 ? Number.NaN : this.#max;
  }

  get mean(): number {
    return this.#sum / this.#count;
  }

  /** @param ms less than 0 counts as 0 */
  add(ms: number): void {
    const bounded = Math.min(Math.max(ms, 0), longestMs);
    this.#counts[bucketOf(Math.floor(bounded * 1000))]!++;
    this.#count++;
    this.#sum += ms;
    if (ms < this.#min) this.#min = ms;
    if (ms > this.#max) this.#max = ms;
  }

  /**
   * The latency in ms that this share of them does not exceed: the middle of its bucket, within the
   * least and the greatest; NaN of none.
   */
  quantile(share: number): number {
    if (this.#count === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(share * this.#count));
    if (rank === this.#count) return this.#max;
    let below = 0;
    for (let i = 0; i < this.#counts.length; i++) {
      below += this.#counts[i]!;
      if (below < rank) continue;
      const middle = (startOf(i) + startOf(i + 1)) / 2000;
      return Math.min(Math.max(middle, this.#min), this.#max);
    }
    return this.#max;
  }

  /** Those that are not empty, from the least. */
  buckets(): HistogramBucket[] {
    const filled: HistogramBucket[] = [];
    this.#counts.forEach((count, i) => {
      if (count > 0) {
        filled.push({ fromMs: startOf(i) / 1000, toMs: startOf(i + 1) / 1000, count });
      }
    });
    return filled;
  }
}

function bucketOf(micros: number): number {
  if (micros < exactBelow) return micros;
  const octave = 31 - Math.clz32(micros) - 7;
  return perOctave * octave + (micros >>> octave);
}

/** The least value of a bucket, in µs. */
function startOf(bucket: number): number {
  if (bucket < exactBelow) return bucket;
  const octave = Math.floor(bucket / perOctave) - 1;
  return (bucket - perOctave * octave) * 2 ** octave;
}
