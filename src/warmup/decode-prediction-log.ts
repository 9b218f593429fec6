import { decodePredictRequest, type PredictRequest } from '../inference/index.ts';
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
  | { readonly logType: Exclude<LogType, typeof LogType.PREDICT> };

const logTypeByTag: ReadonlyMap<number, LogType> = new Map(
  Object.values(LogType)
    .filter((logType) => logType !== LogType.NONE)
    .map((logType) => [wireTag(logType, WireType.LENGTH), logType]),
);
/** Of PredictLog. */
const requestTag = wireTag(1, WireType.LENGTH);

/**
 * Decodes a serialized PredictionLog; of a predict log its request, which may be a view of
 * `payload`, of other logs only what they are. Of several fields of the oneof the last counts; one
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
  if (logType !== LogType.PREDICT) return { logType };
  return { logType, request: decodePredictRequest(requestOf(merged(parts))) };
}

/** The serialized request of a serialized PredictLog; empty where it has none. */
function requestOf(log: Uint8Array): Uint8Array {
  const reader = new WireReader(log);
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
