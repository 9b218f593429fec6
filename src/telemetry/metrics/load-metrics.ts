import { servingSpecs } from './serving-specs.ts';
import type { ThreadMetrics } from './thread-metrics.ts';

/** Counts the loads of one thread as TFS and TensorFlow do. */
export class LoadMetrics {
  readonly #cells: ThreadMetrics;

  constructor(cells: ThreadMetrics) {
    this.#cells = cells;
  }

  /** The file of a SavedModel was read. @param writeVersion of its format, `1` or `2` */
  modelRead(writeVersion: string): void {
    this.#cells.counter(servingSpecs.savedModelReads, [writeVersion]).add();
  }

  /** A model was loaded, or not. Its warm-up comes later and is not part of it. */
  loaded(path: string, status: 'success' | 'fail', milliseconds: number): void {
    this.#cells.counter(servingSpecs.loadAttempts, [path, status]).add();
    this.#cells.counter(servingSpecs.loadLatency, [path]).add(micros(milliseconds));
  }

  /** A version has a key of ML Metadata. TFS shows no text of a gauge, but that it is there. */
  metadataFound(model: string, version: bigint): void {
    this.#cells.gauge(servingSpecs.mlmdMap, [model, String(version)]);
  }

  /** A file of warm-up records was read to its end. @param status as text, `OK` where all went well */
  warmedUp(path: string, status: string, records: number, milliseconds: number): void {
    const labels = [path, status];
    this.#cells.histogram(servingSpecs.warmupLatency, labels).add(micros(milliseconds));
    this.#cells.counter(servingSpecs.warmupRecords, labels).add(records);
  }
}

const micros = (milliseconds: number): number => Math.trunc(milliseconds * 1000);
