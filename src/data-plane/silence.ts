import { beatMs } from './heartbeats.ts';

/** What one look counts at most: who looks later stood still too, perhaps with the whole process. */
const longestLookMs = 2 * beatMs;

/** How long a thread has not beaten, as somebody sees who looks again and again. */
export class Silence {
  #beats: number | null = null;
  #lookedAt = 0;
  #silentMs = 0;

  /**
   * Looks once more.
   * @param beats of the thread, up to now
   * @param now in ms; only differences mean anything
   * @returns for how many ms the thread has not beaten, as far as looks were taken meanwhile
   */
  look(beats: number, now: number): number {
    this.#silentMs =
      beats === this.#beats ? this.#silentMs + Math.min(now - this.#lookedAt, longestLookMs) : 0;
    this.#beats = beats;
    this.#lookedAt = now;
    return this.#silentMs;
  }
}
