import type { ModelChoice } from './model-choice.ts';
import type { ApiProtocol } from './open-channel.ts';
import type { PreparedRequest } from './prepared-request.ts';

/** The requests of a load test, which are sent in turn, and what they are. */
export interface RequestSet {
  readonly requests: readonly PreparedRequest[];
  /** Rows of each. */
  readonly rows: number;
  /** Of each input in words: its name, type and shape; empty where they were given. */
  readonly inputs: readonly string[];
}

/** What is asked, and over which API. */
export interface Question {
  readonly protocol: ApiProtocol;
  readonly model: ModelChoice;
}
