import { cancelled, failedPrecondition, StatusError } from '../../status/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import { type Address, pendingCalls } from '../ffi/index.ts';
import type { EngineCore } from './engine-core.ts';
import type { ShapeRecord } from './inline-policy.ts';
import type { NativeTensor } from './native-tensor.ts';
import {
  dropOutputs,
  feedsAddress,
  fetchCount,
  fillFrame,
  releaseAll,
  takeOutputs,
} from './run-call.ts';
import type { RunFrame } from './run-frame.ts';
import { cancelledText, type RunSlots, type SlotTask } from './run-slots.ts';
import type { SignaturePlan } from './signature-plan.ts';
import { errorOf } from './status.ts';
import type { TensorFlowScope } from './tensor-scope.ts';

/** What a run off the event loop needs. */
export interface OffThreadRunOptions {
  readonly core: EngineCore;
  readonly slots: RunSlots;
  readonly session: Address;
  readonly scope: TensorFlowScope;
  readonly plan: SignaturePlan;
  /** The run is an owner of each, and releases them. */
  readonly natives: readonly NativeTensor[];
  readonly fetches: readonly number[] | null;
  readonly shape: ShapeRecord | null;
  readonly deadline: number;
  readonly signal: AbortSignal | null;
  /** Called once, when the run needs neither session nor plan any more. */
  readonly ended: () => void;
}

/**
 * One TF_SessionRun on libuv's pool, from its wait for a slot to its outputs.
 *
 * When its signal is aborted the promise is rejected at once, but a native run that has begun goes
 * on: it keeps its slot, its frame and its inputs until it ends, and its outputs are dropped.
 */
export class OffThreadRun implements SlotTask {
  readonly deadline: number;
  readonly signal: AbortSignal | null;
  /** Settles when the run is over for its caller. */
  readonly outputs: Promise<readonly Tensor[]>;
  readonly #options: OffThreadRunOptions;
  readonly #onAbort = () => this.#reject(cancelled(cancelledText));
  #resolve!: (outputs: readonly Tensor[]) => void;
  #reject!: (error: StatusError) => void;
  #begin = 0;

  constructor(options: OffThreadRunOptions) {
    this.deadline = options.deadline;
    this.signal = options.signal;
    this.#options = options;
    this.outputs = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  refuse(error: StatusError): void {
    releaseAll(this.#options.natives);
    this.#options.ended();
    this.#reject(error);
  }

  start(): void {
    const { core, plan, natives, fetches, session } = this.#options;
    const { api, clock, frames } = core;
    const count = fetchCount(plan, fetches);
    const frame = frames.take(natives.length, count);
    this.signal?.addEventListener('abort', this.#onAbort);
    this.#begin = clock.now();
    core.runs.began();
    pendingCalls.begin();
    try {
      const fetched = fillFrame(frame, plan, natives, fetches);
      api.TF_SessionRun.async(
        session,
        frame.timeoutOptions(this.deadline - this.#begin),
        feedsAddress(frame, plan),
        frame.inputValues,
        natives.length,
        fetched,
        frame.outputValues,
        count,
        0,
        0,
        0,
        frame.status,
        (error) => this.#end(frame, count, error),
      );
    } catch (error) {
      this.#end(frame, 0, error);
    }
  }

  /** @param thrown what kept the call from being made at all; null or undefined: it was made. */
  #end(frame: RunFrame, count: number, thrown: unknown): void {
    const { core, slots, natives, shape, ended } = this.#options;
    pendingCalls.end();
    // The next run is begun before this one's outputs are read: the slot is idle no longer.
    slots.release();
    this.signal?.removeEventListener('abort', this.#onAbort);
    try {
      if (thrown !== null && thrown !== undefined) throw thrown;
      const error = errorOf(core.api, frame.status);
      if (error !== null) throw error;
      const took = core.clock.now() - this.#begin;
      core.runs.succeeded(took * 1000);
      shape?.ranOffThread(took);
      this.#resolve(this.#take(frame, count));
    } catch (error) {
      this.#reject(StatusError.from(error));
    } finally {
      core.frames.giveBack(frame);
      releaseAll(natives);
      ended();
    }
  }

  #take(frame: RunFrame, count: number): readonly Tensor[] {
    const { core, scope } = this.#options;
    if (this.signal?.aborted || !scope.isOpen) {
      dropOutputs(core.api, frame, 0, count);
      throw failedPrecondition('The scope of a run was closed before the run ended');
    }
    return takeOutputs(core.api, frame, count, core.memory, scope);
  }
}
