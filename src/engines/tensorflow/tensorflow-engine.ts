import { failedPrecondition } from '../../status/index.ts';
import { DType, type Tensor } from '../../tensor/index.ts';
import type {
  Engine,
  LoadedModel,
  ModelSource,
  RunCounter,
  SharedEngine,
  SharedModel,
  TensorParcel,
  TensorScope,
} from '../engine.ts';
import { dropStrings, packStrings, unpackStrings } from '../string-parcel.ts';
import { type EngineCore, engineName } from './engine-core.ts';
import type { OpRegistry } from './op-registry.ts';
import { type NativeSession, Session, trimHeap } from './session.ts';
import { freePlan, planSignature, type SignaturePlan } from './signature-plan.ts';
import type { SlotPool } from './slot-pool.ts';
import { TensorFlowScope } from './tensor-scope.ts';
import { TensorFlowModel } from './tensorflow-model.ts';
import { startsThreads } from './thread-starting-ops.ts';

/** What an engine is put together from; it closes the core. */
export interface TensorFlowEngineParts {
  readonly core: EngineCore;
  readonly registry: OpRegistry;
  readonly shared: SharedEngine;
  /** The slots that this engine's runs share with other threads; null where none has any. */
  readonly pool: SlotPool | null;
}

/** TensorFlow on one thread, whether that serves or loads. */
export class TensorFlowEngine implements Engine {
  readonly name = engineName;
  readonly #parts: TensorFlowEngineParts;
  readonly #models = new Set<TensorFlowModel>();
  readonly #adopted = new WeakSet<SharedModel>();
  #loads = 0;
  #closing: Promise<void> | null = null;

  constructor(parts: TensorFlowEngineParts) {
    this.#parts = parts;
  }

  async load(source: ModelSource): Promise<LoadedModel> {
    this.#checkOpen();
    this.#loads++;
    try {
      return await this.#load(source);
    } finally {
      this.#loads--;
    }
  }

  adopt(shared: SharedModel): LoadedModel {
    this.#check(shared);
    if (this.#adopted.has(shared)) throw failedPrecondition('The model was adopted before');
    this.#adopted.add(shared);
    return this.#take(shared, Session.adopt(this.#parts.core, nativeOf(shared)));
  }

  borrow(shared: SharedModel): LoadedModel {
    this.#check(shared);
    return this.#take(shared, Session.borrow(this.#parts.core, nativeOf(shared)));
  }

  get runsOffThread(): { readonly running: number; readonly waiting: number } {
    const { pool } = this.#parts;
    return { running: pool?.running ?? 0, waiting: pool?.waiting ?? 0 };
  }

  countRuns(counter: RunCounter): void {
    this.#parts.core.runs = counter;
  }

  exportTensor(scope: TensorScope, tensor: Tensor): TensorParcel {
    const owner = ownScope(scope);
    const engine = this.name;
    if ('offsets' in tensor) return { engine, ...packStrings(tensor) };
    return { engine, address: owner.giveAway(tensor) };
  }

  adoptTensor(scope: TensorScope, parcel: TensorParcel): Tensor {
    let owner: TensorFlowScope;
    try {
      owner = ownScope(scope);
    } catch (error) {
      this.freeTensor(parcel);
      throw error;
    }
    const { address, strings } = parcel;
    if (strings === undefined) return owner.adopt(this.#parts.core.memory.read(address));
    const { tensor, end } = unpackStrings({ address, strings });
    if (end !== null) owner.onClose(end);
    return tensor;
  }

  freeTensor({ address, strings }: TensorParcel): void {
    if (strings === undefined) this.#parts.core.api.TF_DeleteTensor(address);
    else dropStrings({ address, strings });
  }

  threadEnded(row: number): void {
    this.#parts.pool?.clearRow(row);
  }

  startsThreads(ops: ReadonlySet<string>): boolean {
    return startsThreads(ops);
  }

  async releaseFreeMemory(): Promise<void> {
    await trimHeap(this.#parts.core);
  }

  share(): SharedEngine {
    return this.#parts.shared;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #checkOpen(): void {
    if (this.#closing !== null) throw failedPrecondition('The engine is closed');
  }

  /** @throws StatusError FAILED_PRECONDITION */
  #check(shared: SharedModel): void {
    this.#checkOpen();
    if (shared.engine !== this.name) {
      throw failedPrecondition(`A model of the engine ${shared.engine} is not one of ${this.name}`);
    }
  }

  #take(shared: SharedModel, session: Session): LoadedModel {
    try {
      return this.#add(session, this.#plan(session, shared.signatures));
    } catch (error) {
      // It never fails; nobody needs to wait for it.
      void session.close(this.#parts.core.logger);
      throw error;
    }
  }

  async #load(source: ModelSource): Promise<LoadedModel> {
    const { core } = this.#parts;
    const session = await Session.load(core, source);
    try {
      const plans = this.#plan(session, source.signatures);
      for (const { fault, signature } of plans) {
        if (fault === null) continue;
        const { key, outputs } = signature;
        // The model's init op is listed as a signature too, and is no tensor: that is as it should be.
        const level = outputs.every(({ dtype }) => dtype === DType.INVALID) ? 'debug' : 'warn';
        core.logger[level]('A signature cannot be run', { signature: key, error: fault });
      }
      return this.#add(session, plans);
    } catch (error) {
      await session.close(core.logger);
      throw error;
    }
  }

  /** All plans or none. @throws StatusError RESOURCE_EXHAUSTED */
  #plan(session: Session, signatures: ModelSource['signatures']): readonly SignaturePlan[] {
    const { core, registry } = this.#parts;
    const plans: SignaturePlan[] = [];
    try {
      for (const signature of signatures) {
        plans.push(planSignature(core.api, session.graph, registry, signature));
      }
      return plans;
    } catch (error) {
      for (const plan of plans) freePlan(plan);
      throw error;
    }
  }

  #add(session: Session, plans: readonly SignaturePlan[]): LoadedModel {
    const model = new TensorFlowModel(this.#parts.core, session, plans, () =>
      this.#models.delete(model),
    );
    this.#models.add(model);
    return model;
  }

  async #close(): Promise<void> {
    if (this.#loads > 0) throw failedPrecondition('A model is being loaded');
    await Promise.all([...this.#models].map((model) => model.close()));
    this.#parts.core.close();
  }
}

/** @throws StatusError FAILED_PRECONDITION */
function ownScope(scope: TensorScope): TensorFlowScope {
  if (scope instanceof TensorFlowScope && scope.isOpen) return scope;
  throw failedPrecondition('A tensor moves only from and to open scopes of its own engine');
}

/** The names that `handOver` and `lend` gave them. */
function nativeOf(shared: SharedModel): NativeSession {
  return shared.native as Readonly<Record<string, number>> & NativeSession;
}
