import {
  decodeExamplesRequest,
  decodeMultiInferenceRequest,
  decodePredictRequest,
  type ExamplesRequest,
  type MultiInferenceRequest,
  type PredictRequest,
} from '../inference/index.ts';
import { WireReader, WireType, wireTag } from '../util/index.ts';

/** What a PredictionLog recorded, by the field number in its oneof `log_type` (spec 8). */
export const LogType = {
  NONE: 0,
  CLASSIFY: 2,
  REGRESS: 3,
  MULTI_INFERENCE: 4,
  SESSION_RUN: 5,
  PREDICT: 6,
  PREDICT_STREAMED: 7,
} as const;

export type LogType = (typeof LogType)[keyof typeof LogType];

/** A `tensorflow.serving.PredictionLog`, as far as replaying it needs. */
export type PredictionLog =
  | { readonly logType: typeof LogType.PREDICT; readonly request: PredictRequest }
  | {
      readonly logType: typeof LogType.CLASSIFY | typeof LogType.REGRESS;
      readonly request: ExamplesRequest;
    }
  | { readonly logType: typeof LogType.MULTI_INFERENCE; readonly request: MultiInferenceRequest }
  | {
      readonly logType:
        | typeof LogType.NONE
        | typeof LogType.SESSION_RUN
        | typeof LogType.PREDICT_STREAMED;
    };

const logTypeByTag: ReadonlyMap<number, LogType> = new Map(
  Object.values(LogType)
    .filter((logType) => logType !== LogType.NONE)
    .map((logType) => [wireTag(logType, WireType.LENGTH), logType]),
);
/** Of the logs of all kinds. */
const requestTag = wireTag(1, WireType.LENGTH);

/**
 * Decodes a serialized PredictionLog: of one that can be replayed its request, which may be a view of
 * `payload`, of others only what they are. Of several fields of the oneof the last counts; one
 * that comes several times in a row is merged, as every protobuf parser does.
 *
 * @throws StatusError INVALID_ARGUMENT where the bytes are no such message
 */
export function decodePredictionLog(payload: Uint8Array): PredictionLog {
  const reader = new WireReader(payload);
  let logType: LogType = LogType.NONE;
  let parts: Uint8Array[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    const found = logTypeByTag.get(tag);
    if (found === undefined) {
      reader.skip(tag);
      continue;
    }
    if (found !== logType) parts = [];
    logType = found;
    parts.push(reader.view());
  }
  switch (logType) {
    case LogType.PREDICT:
      return { logType, request: decodePredictRequest(requestOf(parts)) };
    case LogType.CLASSIFY:
    case LogType.REGRESS:
      return { logType, request: decodeExamplesRequest(requestOf(parts)) };
    case LogType.MULTI_INFERENCE:
      return { logType, request: decodeMultiInferenceRequest(requestOf(parts)) };
    default:
      return { logType };
  }
}

/** The serialized request of a serialized log, in its parts; empty where it has none. */
function requestOf(log: readonly Uint8Array[]): Uint8Array {
  const reader = new WireReader(merged(log));
  const parts: Uint8Array[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === requestTag) parts.push(reader.view());
    else reader.skip(tag);
  }
  return merged(parts);
}

/** Serialized messages merge by concatenation. */
function merged(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
