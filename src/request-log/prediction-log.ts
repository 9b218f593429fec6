import { LogField } from '../inference/index.ts';
import {
  type Bytes,
  lengthPrefixedSize,
  varintSize,
  WireReader,
  WireType,
  type WireWriter,
  wireTag,
} from '../util/index.ts';

const metadataTag = wireTag(1, WireType.LENGTH);
/** Of LogMetadata. */
const modelSpecTag = wireTag(1, WireType.LENGTH);
const timestampTag = wireTag(4, WireType.VARINT);
/** Of every kind of log. */
const requestTag = wireTag(1, WireType.LENGTH);
const responseTag = wireTag(2, WireType.LENGTH);
/** Of the responses: `model_spec`, and `results` of a MultiInferenceResponse. */
const servedTag = wireTag(2, WireType.LENGTH);
const resultsTag = wireTag(1, WireType.LENGTH);

const nothing = new Uint8Array();

/** One `tensorflow.serving.PredictionLog` that is made of messages which are serialized already. */
export interface PredictionLogParts {
  readonly field: LogField;
  readonly request: Bytes;
  readonly response: Uint8Array;
  /** The ModelSpec that was served: {@link servedModelSpec}. */
  readonly modelSpec: Uint8Array;
  /** The rest of its LogMetadata, serialized. */
  readonly metadata: Uint8Array;
  /** Since 1970. */
  readonly seconds: number;
}

/** The serialized ModelSpec in a response: a view; empty where it has none. */
export function servedModelSpec(field: LogField, response: Uint8Array): Uint8Array {
  const reader = new WireReader(response);
  if (field === LogField.MULTI_INFERENCE) {
    if (!reader.find(resultsTag)) return nothing;
    reader.enter();
    return reader.find(modelSpecTag) ? reader.view() : nothing;
  }
  return reader.find(servedTag) ? reader.view() : nothing;
}

/** Bytes of the message. */
export function predictionLogSize(parts: PredictionLogParts): number {
  return 1 + lengthPrefixedSize(metadataSize(parts)) + 1 + lengthPrefixedSize(logSize(parts));
}

function metadataSize({ modelSpec, metadata, seconds }: PredictionLogParts): number {
  return 1 + lengthPrefixedSize(modelSpec.length) + 1 + varintSize(seconds) + metadata.length;
}

function logSize({ request, response }: PredictionLogParts): number {
  return 1 + lengthPrefixedSize(request.length) + 1 + lengthPrefixedSize(response.length);
}

/** Copies all parts. */
export function writePredictionLog(parts: PredictionLogParts, writer: WireWriter): void {
  const { field, request, response, modelSpec, metadata, seconds } = parts;
  writer.varint(metadataTag);
  writer.varint(metadataSize(parts));
  writer.varint(modelSpecTag);
  writer.varint(modelSpec.length);
  writer.raw(modelSpec);
  writer.varint(timestampTag);
  writer.varint(seconds);
  writer.raw(metadata);
  writer.tag(field, WireType.LENGTH);
  writer.varint(logSize(parts));
  writer.varint(requestTag);
  writer.varint(request.length);
  if (request instanceof Uint8Array) writer.raw(request);
  else for (const chunk of request.chunks) writer.raw(chunk);
  writer.varint(responseTag);
  writer.varint(response.length);
  writer.raw(response);
}
