/** A hot function with what it works on, for counting its instructions. */
export interface MicroPath {
  /** What is counted: a call, or something that a call does many of. */
  readonly unit: string;
  readonly unitsPerCall: number;
  /** Calls of one stretch that is counted: enough that a garbage collection is a small part of it. */
  readonly calls: number;
  /** Makes the input. @returns the function, to be called again and again. @throws Error when its result is wrong */
  prepare(): () => unknown;
}
