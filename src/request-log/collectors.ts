import { fromBinary, toJson } from '@bufbuild/protobuf';
import { PredictionLogSchema, registry } from '../proto/index.ts';
import { encodeTfRecord } from '../tfrecord/index.ts';

/** The kinds of file that records can be collected in. */
export const collectorTypes = ['tfrecord', 'jsonl'] as const;

export type CollectorType = (typeof collectorTypes)[number];

/** Where records go: models whose configurations are equal have the same. */
export interface LoggerSpec {
  /** Names it between threads. */
  readonly logger: number;
  readonly type: CollectorType;
  readonly filenamePrefix: string;
}

export function isCollectorType(type: string): type is CollectorType {
  return (collectorTypes as readonly string[]).includes(type);
}

/** A serialized PredictionLog as a file of this type has it. */
export function collected(type: CollectorType, record: Uint8Array): Uint8Array {
  if (type === 'tfrecord') return encodeTfRecord(record);
  return Buffer.from(`${JSON.stringify(jsonOf(record))}\n`);
}

/** In the JSON form of protobuf; bytes that have none are kept as they are. */
function jsonOf(record: Uint8Array): unknown {
  try {
    return toJson(PredictionLogSchema, fromBinary(PredictionLogSchema, record), { registry });
  } catch {
    return { serialized: Buffer.from(record).toString('base64') };
  }
}
