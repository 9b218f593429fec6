/**
 * Fills `out` from `filled` to its end with the `size` bytes before `filled`, over and over, bit
 * for bit. What is filled already is copied, so that the number of copies grows with the logarithm.
 *
 * @param filled at least `size`
 */
export function repeatLast(out: Uint8Array, filled: number, size: number): void {
  const start = filled - size;
  for (let end = filled; end < out.length; ) {
    const copied = Math.min(end - start, out.length - end);
    out.copyWithin(end, start, start + copied);
    end += copied;
  }
}
