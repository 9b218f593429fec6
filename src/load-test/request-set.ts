import type { ModelChoice } from './model-choice.ts';
import type { ApiProtocol } from './open-channel.ts';
import type { PreparedRequest } from './prepared-request.ts';

/** The requests of a load test, which are sent in turn, and what they are. */
export interface RequestSet {
  /** Of the signatures that are asked. */
  readonly signatures: readonly string[];
  readonly requests: readonly PreparedRequest[];
  /** Rows of a request, on the average. */
  readonly rows: number;
  /** Rows of the largest. */
  readonly mostRows: number;
  /** Of each input in words: its name, type and shape; null where they were given. */
  readonly inputs: readonly string[] | null;
}

/** What is asked, and over which API. */
export interface Question {
  readonly protocol: ApiProtocol;
  readonly model: ModelChoice;
}

/** Requests made for several signatures as one set, in which each has its turn. @param sets at least one */
export function mixRequests(sets: readonly RequestSet[]): RequestSet {
  const [first, ...others] = sets;
  if (others.length === 0) return first!;
  const turns = Math.max(...sets.map(({ requests }) => requests.length));
  return {
    signatures: sets.flatMap(({ signatures }) => signatures),
    requests: Array.from({ length: turns }, (_, turn) =>
      sets.map(({ requests }) => requests[turn % requests.length]!),
    ).flat(),
    rows: sets.reduce((sum, { rows }) => sum + rows, 0) / sets.length,
    mostRows: Math.max(...sets.map(({ mostRows }) => mostRows)),
    inputs: sets.flatMap(({ signatures, inputs }) =>
      (inputs ?? []).map((input) => `${signatures[0]}: ${input}`),
    ),
  };
}
