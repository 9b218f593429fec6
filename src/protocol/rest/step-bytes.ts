/** Bytes of JSON that one step reads or writes: about 20 to 100 µs. */
export const stepBytes = 16 * 1024;
