/**
 * The canonical status codes, with their wire numbers. gRPC, REST and TensorFlow use the same
 * seventeen (google/rpc/code; spec 5.2 and 6.1).
 */
export const Code = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type Code = (typeof Code)[keyof typeof Code];

export type CodeName = keyof typeof Code;

const names = Object.keys(Code) as CodeName[];

/** The canonical name of a code, `UNKNOWN` for a number outside the list. */
export function codeName(code: number): CodeName {
  return names[code] ?? 'UNKNOWN';
}

/** A number from outside (a native library, the wire) as a code; `UNKNOWN` if it is none. */
export function toCode(number: number): Code {
  return names[number] === undefined ? Code.UNKNOWN : (number as Code);
}
