import type { LogField, RequestLog, RequestSample } from '../inference/index.ts';
import { Code, codeName } from '../status/index.ts';
import type { Bytes } from '../util/index.ts';
import { batchedSize, type LogBatch, LogBatchBuilder } from './log-batch.ts';
import { LogQueue } from './log-queue.ts';
import type { LogRule } from './log-rules.ts';
import { servedModelSpec } from './prediction-log.ts';

/** What threads that serve are told, again at each change. */
export interface LogInstructions {
  readonly rules: readonly LogRule[];
  /** Of the {@link LogQueue}. */
  readonly queue: SharedArrayBuffer;
}

/** Attempts to log by model and by the name of their outcome's code. */
export type LogCounts = readonly (readonly [model: string, code: string, count: number])[];

/** What a thread hands over to be written. */
export interface LogDelivery {
  readonly batches: readonly LogBatch[];
  /** What it has dropped since the last one. */
  readonly counts: LogCounts;
}

/** How long records wait to be handed over together, in ms. */
const gatherMs = 100;

/**
 * Decides on one thread which requests are logged, and gathers what is to be written: another thread
 * writes. Without rules `isActive` is all that a request pays for.
 */
export class ThreadRequestLog implements RequestLog {
  readonly #deliver: (delivery: LogDelivery) => void;
  readonly #samples = new Map<string, Sample>();
  readonly #dropped = new Map<string, number>();
  /** Those with records to hand over, of rules that hold no more among them. */
  readonly #gathering = new Set<Sample>();
  #batches: LogBatch[] = [];
  #timer: NodeJS.Timeout | null = null;
  isActive = false;

  /** @param deliver hands records over; must not throw */
  constructor(deliver: (delivery: LogDelivery) => void) {
    this.#deliver = deliver;
  }

  /** Follows other rules from now on; what was sampled before is still delivered. */
  follow({ rules, queue }: LogInstructions): void {
    this.flush();
    this.#samples.clear();
    const shared = new LogQueue(queue);
    for (const rule of rules) {
      const { model } = rule;
      this.#samples.set(
        model,
        new Sample(rule, shared, {
          drop: () => this.#drop(model),
          isGathering: (sample) => {
            this.#gathering.add(sample);
            this.#schedule();
          },
          deliver: (batch) => this.#batches.push(batch),
        }),
      );
    }
    this.isActive = rules.length > 0;
  }

  sample(modelName: string): RequestSample | null {
    const sample = this.#samples.get(modelName);
    return sample?.isChosen() ? sample : null;
  }

  /** Hands over what has been gathered. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const sample of this.#gathering) sample.flush();
    this.#gathering.clear();
    if (this.#batches.length === 0 && this.#dropped.size === 0) return;
    const code = codeName(Code.RESOURCE_EXHAUSTED);
    const counts = [...this.#dropped].map(([model, count]) => [model, code, count] as const);
    const delivery = { batches: this.#batches, counts };
    this.#batches = [];
    this.#dropped.clear();
    this.#deliver(delivery);
  }

  #drop(model: string): void {
    this.#dropped.set(model, (this.#dropped.get(model) ?? 0) + 1);
    this.#schedule();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.flush(), gatherMs).unref();
  }
}

interface SampleOwner {
  drop(): void;
  isGathering(sample: Sample): void;
  deliver(batch: LogBatch): void;
}

/** The requests of one model. */
class Sample implements RequestSample {
  readonly #rule: LogRule;
  readonly #queue: LogQueue;
  readonly #owner: SampleOwner;
  #builder: LogBatchBuilder | null = null;

  constructor(rule: LogRule, queue: LogQueue, owner: SampleOwner) {
    this.#rule = rule;
    this.#queue = queue;
    this.#owner = owner;
  }

  /** Throws the dice. Where nothing more has room, it is dropped before anything is done for it. */
  isChosen(): boolean {
    const { rate } = this.#rule;
    if (rate < 1 && Math.random() >= rate) return false;
    if (this.#queue.hasRoom(this.#builder?.bytes ?? 0, (this.#builder?.records ?? 0) + 1)) {
      return true;
    }
    this.#owner.drop();
    return false;
  }

  add(field: LogField, request: Bytes, response: Uint8Array): void {
    try {
      const { metadata, model, logger } = this.#rule;
      const seconds = Math.floor(Date.now() / 1000);
      const modelSpec = servedModelSpec(field, response);
      const parts = { field, request, response, modelSpec, metadata, seconds };
      const size = batchedSize(parts);
      if (this.#builder !== null && !this.#builder.hasRoom(size)) this.flush();
      const gathered = this.#builder;
      if (!this.#queue.hasRoom((gathered?.bytes ?? 0) + size, (gathered?.records ?? 0) + 1)) {
        this.#owner.drop();
        return;
      }
      this.#builder ??= new LogBatchBuilder(logger, model, size);
      this.#builder.add(parts);
      this.#owner.isGathering(this);
    } catch {
      // Memory ran out: the request goes on without its record.
      this.#owner.drop();
    }
  }

  flush(): void {
    const builder = this.#builder;
    if (builder === null) return;
    this.#builder = null;
    this.#queue.add(builder.bytes, builder.records);
    this.#owner.deliver(builder.finish());
  }
}
