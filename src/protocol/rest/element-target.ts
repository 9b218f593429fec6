/** Where the elements of a list go, as the bytes of a typed array. */
export interface ElementTarget {
  /** @param bytes are copied; what there is no room for is dropped, and noted */
  put(bytes: Uint8Array): void;
}
