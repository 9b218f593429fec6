import { failedPrecondition } from '../../status/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { DType } from '../../tensor/index.ts';
import { type Clock, systemClock } from '../../util/index.ts';
import type { Engine, LoadedModel, ModelSource } from '../engine.ts';
import { Handle, libc } from '../ffi/index.ts';
import type { EngineCore } from './engine-core.ts';
import { type OpRegistry, readOpRegistry } from './op-registry.ts';
import { FramePool } from './run-frame.ts';
import { RunSlots } from './run-slots.ts';
import { newSessionOptions, Session } from './session.ts';
import { planSignature, type SignaturePlan } from './signature-plan.ts';
import { TensorMemory } from './tensor-memory.ts';
import { loadTensorFlow, type TensorFlowLibraryPaths } from './tensorflow-library.ts';
import { TensorFlowModel } from './tensorflow-model.ts';

/** What an engine is made with. */
export interface TensorFlowEngineOptions {
  readonly libraryPaths: TensorFlowLibraryPaths;
  /**
   * Serialized `tensorflow.ConfigProto` for every session; empty: TensorFlow's defaults. The
   * process has one intra-op pool, which the first session's configuration sizes.
   */
  readonly sessionConfig: Uint8Array;
  /**
   * Runs off the event loop at once. Each occupies a thread of libuv's pool (`UV_THREADPOOL_SIZE`),
   * which files and name look-ups share: leave them some.
   */
  readonly runThreads: number;
  /** Runs that may wait for one of those threads; one more is refused with UNAVAILABLE. */
  readonly maxQueuedRuns: number;
  readonly logger: Logger;
  /** The system's where left out. */
  readonly clock?: Clock;
}

/** RunOptions { inter_op_thread_pool: -1 }: the whole graph runs on the calling thread. */
const onCallingThread = Uint8Array.of(
  (3 << 3) | 0,
  ...[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
);

/**
 * The engine that runs SavedModels on TensorFlow. It belongs to the thread that made it.
 *
 * @throws StatusError FAILED_PRECONDITION where the libraries cannot be loaded, INVALID_ARGUMENT
 * for a `sessionConfig` that is no ConfigProto.
 */
export async function createTensorFlowEngine(options: TensorFlowEngineOptions): Promise<Engine> {
  const { logger, clock = systemClock } = options;
  const api = await loadTensorFlow(options.libraryPaths);
  if (!libc().fullStacks) {
    logger.warn(
      'Another part of this program uses koffi with small stacks; a deeply nested model may overflow them',
    );
  }
  const registry = await readOpRegistry(api);
  const sessionOptions = newSessionOptions(api, options.sessionConfig);
  const inlineOptions = new Handle(
    'TF_Buffer',
    api.TF_NewBufferFromString(onCallingThread, onCallingThread.length),
    (address) => api.TF_DeleteBuffer(address),
  );
  logger.info('TensorFlow is loaded', {
    version: api.TF_Version(),
    library: options.libraryPaths.cc,
  });
  const core: EngineCore = {
    api,
    memory: new TensorMemory(api),
    frames: new FramePool(api),
    slots: new RunSlots({ slots: options.runThreads, maxQueued: options.maxQueuedRuns, clock }),
    clock,
    logger,
    inlineOptions: inlineOptions.address,
  };
  return new TensorFlowEngine(core, sessionOptions, inlineOptions, registry);
}

class TensorFlowEngine implements Engine {
  readonly name = 'tensorflow';
  readonly #core: EngineCore;
  readonly #sessionOptions: Handle;
  readonly #inlineOptions: Handle;
  readonly #registry: OpRegistry;
  readonly #models = new Set<TensorFlowModel>();
  #loads = 0;
  #closing: Promise<void> | null = null;

  constructor(
    core: EngineCore,
    sessionOptions: Handle,
    inlineOptions: Handle,
    registry: OpRegistry,
  ) {
    this.#core = core;
    this.#sessionOptions = sessionOptions;
    this.#inlineOptions = inlineOptions;
    this.#registry = registry;
  }

  async load(source: ModelSource): Promise<LoadedModel> {
    if (this.#closing !== null) throw failedPrecondition('The engine is closed');
    this.#loads++;
    try {
      return await this.#load(source);
    } finally {
      this.#loads--;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #load(source: ModelSource): Promise<LoadedModel> {
    const { api, logger } = this.#core;
    const session = await Session.load(api, this.#sessionOptions, source);
    const plans: SignaturePlan[] = [];
    for (const signature of source.signatures) {
      const plan = planSignature(api, session.graph, this.#registry, signature);
      if (plan.fault !== null) {
        const { key, outputs } = signature;
        // The model's init op is listed as a signature too, and is no tensor: that is as it should be.
        const level = outputs.every(({ dtype }) => dtype === DType.INVALID) ? 'debug' : 'warn';
        logger[level]('A signature cannot be run', { signature: key, error: plan.fault });
      }
      plans.push(plan);
    }
    const model = new TensorFlowModel(this.#core, session, plans, () => this.#models.delete(model));
    this.#models.add(model);
    return model;
  }

  async #close(): Promise<void> {
    if (this.#loads > 0) throw failedPrecondition('A model is being loaded');
    await Promise.all([...this.#models].map((model) => model.close()));
    this.#core.frames.close();
    this.#core.memory.close();
    this.#sessionOptions.close();
    this.#inlineOptions.close();
  }
}
