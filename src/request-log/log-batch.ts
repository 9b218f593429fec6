import { varintSize, WireReader, WireWriter } from '../util/index.ts';
import {
  type PredictionLogParts,
  predictionLogSize,
  writePredictionLog,
} from './prediction-log.ts';

/** Room of a batch, in bytes, unless its first record needs more. */
const batchBytes = 32 * 1024;

/** Records of one model for one logger, as they go from thread to thread. */
export interface LogBatch {
  readonly logger: number;
  readonly model: string;
  readonly records: number;
  /** Each record with its length before it, as a varint. In memory of its own. */
  readonly bytes: Uint8Array;
}

/** Bytes of a record with its length. */
export function batchedSize(parts: PredictionLogParts): number {
  const size = predictionLogSize(parts);
  return varintSize(size) + size;
}

/** Gathers records into one piece of memory. */
export class LogBatchBuilder {
  readonly #logger: number;
  readonly #model: string;
  readonly #writer: WireWriter;
  #records = 0;

  /** @param bytes of the first record */
  constructor(logger: number, model: string, bytes: number) {
    this.#logger = logger;
    this.#model = model;
    this.#writer = new WireWriter(Math.max(batchBytes, bytes));
  }

  get bytes(): number {
    return this.#writer.position;
  }

  get records(): number {
    return this.#records;
  }

  hasRoom(bytes: number): boolean {
    return this.#writer.position + bytes <= this.#writer.bytes.length;
  }

  add(parts: PredictionLogParts): void {
    this.#writer.varint(predictionLogSize(parts));
    writePredictionLog(parts, this.#writer);
    this.#records++;
  }

  finish(): LogBatch {
    const { bytes, position } = this.#writer;
    const batch = { logger: this.#logger, model: this.#model, records: this.#records };
    return { ...batch, bytes: bytes.subarray(0, position) };
  }
}

/** The serialized records of a batch, as views. */
export function* recordsOf({ bytes }: LogBatch): Iterable<Uint8Array> {
  const reader = new WireReader(bytes);
  while (!reader.done) yield reader.view();
}
