import { nextSlice } from './next-slice.ts';

/** How long work on the event loop may go on without letting others in, in ms. */
const sliceMs = 1;

/** Units of work between two looks at the clock; a unit is meant to take microseconds. */
const unitsPerLook = 16;

/**
 * Cuts long work on the event loop into slices of about 1 ms. Call `due` after each small unit of
 * work, and await `pause` when it says so:
 *
 *     if (slices.due()) await slices.pause();
 */
export class TimeSlices {
  #units = 0;
  #began = performance.now();

  due(): boolean {
    if (++this.#units < unitsPerLook) return false;
    this.#units = 0;
    return performance.now() - this.#began >= sliceMs;
  }

  async pause(): Promise<void> {
    await nextSlice();
    this.#began = performance.now();
  }
}
