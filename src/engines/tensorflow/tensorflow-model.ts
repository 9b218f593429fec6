import { cancelled, deadlineExceeded, failedPrecondition, internal } from '../../status/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import { RunsUnderWay } from '../../util/index.ts';
import type {
  LoadedModel,
  RunOptions,
  SharedModel,
  SignatureSpec,
  TensorScope,
} from '../engine.ts';
import { CombinedPlans } from './combined-plans.ts';
import { type EngineCore, engineName } from './engine-core.ts';
import type { ShapeRecord } from './inline-policy.ts';
import type { NativeTensor } from './native-tensor.ts';
import { OffThreadRun } from './off-thread-run.ts';
import {
  areFilled,
  feedsAddress,
  fetchCount,
  fillFrame,
  fillInSlices,
  releaseAll,
  takeOutputs,
} from './run-call.ts';
import { cancelledText, deadlineText, type RunSlots } from './run-slots.ts';
import type { Session } from './session.ts';
import { freePlan, planCombined, type SignaturePlan } from './signature-plan.ts';
import { errorOf } from './status.ts';
import { TensorFlowScope } from './tensor-scope.ts';

/** A SavedModel in a TensorFlow session. */
export class TensorFlowModel implements LoadedModel {
  readonly signatures: ReadonlyMap<string, SignatureSpec>;
  readonly #core: EngineCore;
  readonly #session: Session;
  readonly #plans: ReadonlyMap<SignatureSpec, SignaturePlan>;
  readonly #combined = new CombinedPlans();
  readonly #closed: () => void;
  readonly #running = new RunsUnderWay();
  #closing: Promise<void> | null = null;

  /** @param closed called once, when everything is freed or handed over. */
  constructor(
    core: EngineCore,
    session: Session,
    plans: readonly SignaturePlan[],
    closed: () => void,
  ) {
    this.#closed = closed;
    this.#core = core;
    this.#session = session;
    this.#plans = new Map(plans.map((plan) => [plan.signature, plan]));
    this.signatures = new Map(plans.map(({ signature }) => [signature.key, signature]));
  }

  openScope(): TensorScope {
    return new TensorFlowScope(this.#core.memory);
  }

  combine(signatures: readonly SignatureSpec[]): SignatureSpec {
    if (this.#closing !== null) throw failedPrecondition('The model is closed');
    const plans = signatures.map((signature) => this.#planOf(signature));
    const { graph } = this.#session;
    return this.#combined.get(signatures, (combined) =>
      planCombined(this.#core.api, graph, combined, plans),
    );
  }

  isRowwiseStateless(signature: SignatureSpec): boolean {
    return this.#planOf(signature).rowwiseStateless;
  }

  isStateless(signature: SignatureSpec): boolean {
    return !this.#planOf(signature).keepsState;
  }

  run(
    scope: TensorScope,
    signature: SignatureSpec,
    feeds: readonly Tensor[],
    fetches: readonly number[] | null,
    options: RunOptions,
  ): readonly Tensor[] | Promise<readonly Tensor[]> {
    if (this.#closing !== null) throw failedPrecondition('The model is closed');
    const plan = this.#planOf(signature);
    if (plan.fault !== null) throw plan.fault;
    if (!(scope instanceof TensorFlowScope) || !scope.isOpen) {
      throw failedPrecondition('A run needs an open scope of its own engine');
    }
    if (options.signal?.aborted) throw cancelled(cancelledText);
    if (options.deadline <= this.#core.clock.now()) throw deadlineExceeded(deadlineText);

    const natives = this.#feed(plan, feeds);
    const shape = plan.inlinePolicy?.record(feeds) ?? null;
    return areFilled(natives)
      ? this.#run(scope, plan, natives, fetches, shape, options)
      : this.#runFilled(scope, plan, natives, fetches, shape, options);
  }

  handOver(): SharedModel {
    if (this.#closing !== null) throw failedPrecondition('The model is closed');
    if (!this.#running.isNone) throw failedPrecondition('A run of the model is under way');
    if (this.#session.isBorrowed) throw failedPrecondition('The model belongs to another thread');
    const { session, graph } = this.#session.handOver();
    this.#closing = Promise.resolve();
    this.#release();
    return {
      engine: engineName,
      signatures: [...this.signatures.values()],
      native: { session, graph },
    };
  }

  lend(): SharedModel {
    if (this.#closing !== null) throw failedPrecondition('The model is closed');
    const { address: session, graph } = this.#session;
    return {
      engine: engineName,
      signatures: [...this.signatures.values()],
      native: { session, graph },
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#running.ended();
    await this.#session.close(this.#core.logger);
    this.#release();
  }

  #release(): void {
    for (const plan of this.#plans.values()) freePlan(plan);
    this.#closed();
  }

  #planOf(signature: SignatureSpec): SignaturePlan {
    const plan = this.#plans.get(signature) ?? this.#combined.planOf(signature);
    if (plan === undefined) {
      throw internal(`Signature "${signature.key}" is not one of this model's own`);
    }
    return plan;
  }

  /** The TF_Tensors to feed; the run becomes an owner of each. */
  #feed(plan: SignaturePlan, feeds: readonly Tensor[]): NativeTensor[] {
    const expected = plan.signature.inputs.length;
    if (feeds.length !== expected) {
      throw internal(`A run of ${expected} inputs was given ${feeds.length}`);
    }
    const natives: NativeTensor[] = [];
    try {
      for (const feed of feeds) natives.push(this.#core.memory.feed(feed, plan.keepsState));
      return natives;
    } catch (error) {
      releaseAll(natives);
      throw error;
    }
  }

  #run(
    scope: TensorFlowScope,
    plan: SignaturePlan,
    natives: readonly NativeTensor[],
    fetches: readonly number[] | null,
    shape: ShapeRecord | null,
    options: RunOptions,
  ): readonly Tensor[] | Promise<readonly Tensor[]> {
    const { slots } = this.#core;
    return slots === null || shape?.inline
      ? this.#runInline(scope, plan, natives, fetches, shape)
      : this.#runOffThread(slots, scope, plan, natives, fetches, shape, options);
  }

  /** Fills what is fed, and then runs. */
  async #runFilled(
    scope: TensorFlowScope,
    plan: SignaturePlan,
    natives: readonly NativeTensor[],
    fetches: readonly number[] | null,
    shape: ShapeRecord | null,
    options: RunOptions,
  ): Promise<readonly Tensor[]> {
    // The model waits for it as for a run.
    this.#running.begin();
    try {
      try {
        await fillInSlices(natives, options.signal);
        if (options.deadline <= this.#core.clock.now()) throw deadlineExceeded(deadlineText);
        if (!scope.isOpen)
          throw failedPrecondition('The scope of a run was closed before it began');
      } catch (error) {
        releaseAll(natives);
        throw error;
      }
      return await this.#run(scope, plan, natives, fetches, shape, options);
    } finally {
      this.#running.end();
    }
  }

  #runInline(
    scope: TensorFlowScope,
    plan: SignaturePlan,
    natives: readonly NativeTensor[],
    fetches: readonly number[] | null,
    shape: ShapeRecord | null,
  ): readonly Tensor[] {
    const { api, frames, clock, memory, inlineOptions, runs } = this.#core;
    const outputs = fetchCount(plan, fetches);
    const frame = frames.take(natives.length, outputs);
    try {
      const fetched = fillFrame(frame, plan, natives, fetches);
      runs.began();
      const begin = clock.now();
      api.TF_SessionRun(
        this.#session.address,
        inlineOptions,
        feedsAddress(frame, plan),
        frame.inputValues,
        natives.length,
        fetched,
        frame.outputValues,
        outputs,
        0,
        0,
        0,
        frame.status,
      );
      const took = clock.now() - begin;
      shape?.ranInline(took);
      const error = errorOf(api, frame.status);
      if (error !== null) throw error;
      runs.succeeded(took * 1000);
      return takeOutputs(api, frame, outputs, memory, scope);
    } finally {
      frames.giveBack(frame);
      releaseAll(natives);
    }
  }

  #runOffThread(
    slots: RunSlots,
    scope: TensorFlowScope,
    plan: SignaturePlan,
    natives: readonly NativeTensor[],
    fetches: readonly number[] | null,
    shape: ShapeRecord | null,
    options: RunOptions,
  ): Promise<readonly Tensor[]> {
    this.#running.begin();
    const run = new OffThreadRun({
      core: this.#core,
      slots,
      session: this.#session.address,
      scope,
      plan,
      natives,
      fetches,
      shape,
      deadline: options.deadline,
      signal: options.signal,
      ended: () => this.#running.end(),
    });
    slots.submit(run);
    return run.outputs;
  }
}
