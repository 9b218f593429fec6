import type { Bytes } from '../util/index.ts';

/** The calls that can be logged, by the field of their log in a `tensorflow.serving.PredictionLog`. */
export const LogField = { CLASSIFY: 2, REGRESS: 3, MULTI_INFERENCE: 4, PREDICT: 6 } as const;

export type LogField = (typeof LogField)[keyof typeof LogField];

/** Decides which requests are logged, on one thread. Nothing here throws, waits, or fails a request. */
export interface RequestLog {
  /** False: no model's requests are logged. To be looked at before anything is done for a log. */
  readonly isActive: boolean;
  /** Where this request of a model is to be logged once it has succeeded; null: it is not. */
  sample(modelName: string): RequestSample | null;
}

/** Where one request is logged. */
export interface RequestSample {
  /**
   * Logs a call that has succeeded, or counts that there was no room for it.
   *
   * @param request the serialized request; copied before the call returns, as `response`
   * @param response the serialized reply, whose model spec says what was served
   */
  add(field: LogField, request: Bytes, response: Uint8Array): void;
}
