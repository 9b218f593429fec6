import { DType, type Tensor } from '../../tensor/index.ts';
import { JoinedStrings } from './native-tensor.ts';

/** The longest that a run may hold the event loop. */
const limitMs = 1;

/** Runs of one shape off the thread before it is tried on it. The first of a shape is far slower. */
const evidenceRuns = 5;

/**
 * Overruns rarer than this leave the 99th percentile within the limit: on a busy machine every
 * thread is stopped for some milliseconds now and then. Their penalty does not grow.
 */
const cleanRuns = 100;

const highestPenalty = 2 ** 16;

/** Shapes remembered for a signature; a model that sees more of them is not one for the thread. */
const mostShapes = 64;

/**
 * What is known of a signature's runs with one set of input shapes, and whether they may be made
 * on the event loop's own thread:
 *
 * 1. Not before {@link evidenceRuns} runs off the thread, the fastest of them within the limit.
 *    Their times, seen from the event loop, contain waiting, so the fastest is nearest the truth.
 * 2. Runs on the thread are timed exactly. One that overruns the limit sends the shape back off
 *    the thread, for twice as many runs as the time before; {@link cleanRuns} runs without one
 *    clear that.
 */
export class ShapeRecord {
  readonly key: readonly number[];
  /** Set by every look-up but the first, cleared by the search for a record to forget. */
  recent = false;
  #inline = false;
  #penalty = evidenceRuns;
  #toObserve = evidenceRuns;
  #fastest = Number.POSITIVE_INFINITY;
  #clean = 0;

  constructor(key: readonly number[]) {
    this.key = key;
  }

  get inline(): boolean {
    return this.#inline;
  }

  /** A run off the thread took this long, waiting included. */
  ranOffThread(milliseconds: number): void {
    if (this.#inline) return;
    if (milliseconds < this.#fastest) this.#fastest = milliseconds;
    if (--this.#toObserve > 0) return;
    this.#inline = this.#fastest <= limitMs;
    this.#toObserve = this.#penalty;
    this.#fastest = Number.POSITIVE_INFINITY;
    this.#clean = 0;
  }

  /** A run on the thread took this long. */
  ranInline(milliseconds: number): void {
    if (milliseconds <= limitMs) {
      if (++this.#clean === cleanRuns) this.#penalty = evidenceRuns;
      return;
    }
    this.#inline = false;
    this.#penalty = Math.min(this.#penalty * 2, highestPenalty);
    this.#toObserve = this.#penalty;
  }
}

/** The records of one signature, by the shapes that it was fed; bounded. */
export class InlinePolicy {
  readonly #records = new Map<number, ShapeRecord>();

  /** The record for these feeds, made on the first call. */
  record(feeds: readonly Tensor[]): ShapeRecord {
    const hash = hashOf(feeds);
    const known = this.#records.get(hash);
    if (known !== undefined && isKeyOf(known.key, feeds)) {
      known.recent = true;
      return known;
    }
    if (known === undefined && this.#records.size >= mostShapes) this.#forgetOne();
    const record = new ShapeRecord(keyOf(feeds));
    this.#records.set(hash, record);
    return record;
  }

  get size(): number {
    return this.#records.size;
  }

  /** Forgets the oldest record that was not used since this last passed it. */
  #forgetOne(): void {
    for (const [hash, record] of this.#records) {
      this.#records.delete(hash);
      if (!record.recent) return;
      record.recent = false;
      this.#records.set(hash, record);
    }
  }
}

/**
 * Strings cost by their length, which no shape shows: their bytes, to the next power of two, are
 * part of the key.
 */
function sizeClass(feed: Tensor): number {
  return feed.dtype === DType.STRING ? 32 - Math.clz32(JoinedStrings.sizeOf(feed)) : 0;
}

function hashOf(feeds: readonly Tensor[]): number {
  let hash = 17;
  for (let i = 0; i < feeds.length; i++) {
    const feed = feeds[i]!;
    const { shape } = feed;
    hash = Math.imul(hash, 31) + shape.length;
    for (let j = 0; j < shape.length; j++) hash = Math.imul(hash, 0x01000193) ^ shape[j]!;
    hash = Math.imul(hash, 31) + sizeClass(feed);
  }
  return hash | 0;
}

function keyOf(feeds: readonly Tensor[]): number[] {
  return feeds.flatMap((feed) => [feed.shape.length, ...feed.shape, sizeClass(feed)]);
}

function isKeyOf(key: readonly number[], feeds: readonly Tensor[]): boolean {
  let at = 0;
  for (let i = 0; i < feeds.length; i++) {
    const feed = feeds[i]!;
    const { shape } = feed;
    if (key[at++] !== shape.length) return false;
    for (let j = 0; j < shape.length; j++) if (key[at++] !== shape[j]) return false;
    if (key[at++] !== sizeClass(feed)) return false;
  }
  return at === key.length;
}
