import type { Logger } from '../../telemetry/index.ts';
import { type Clock, systemClock } from '../../util/index.ts';
import type { Engine, SharedEngine } from '../engine.ts';
import { callAsync, callHere, libc } from '../ffi/index.ts';
import { engineName, openCore } from './engine-core.ts';
import { OpRegistry, readOpRegistry } from './op-registry.ts';
import { RunSlots } from './run-slots.ts';
import { startSharedPools } from './session.ts';
import { sessionsOwnThreads } from './session-options.ts';
import { TensorFlowEngine } from './tensorflow-engine.ts';
import { loadTensorFlow, type TensorFlowLibraryPaths } from './tensorflow-library.ts';

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

/** {@link SharedEngine.native}. */
interface TensorFlowShare {
  readonly libraryPaths: TensorFlowLibraryPaths;
  readonly sessionConfig: Uint8Array;
  readonly statelessOps: ReadonlySet<string>;
}

/**
 * The engine that runs SavedModels on TensorFlow. It belongs to the thread that made it. TensorFlow's
 * pools of threads are there when it is, with the priority of this process.
 *
 * @throws StatusError FAILED_PRECONDITION where the libraries cannot be loaded, INVALID_ARGUMENT
 * for a `sessionConfig` that is no ConfigProto, and TensorFlow's own for one that it cannot use.
 */
export async function createTensorFlowEngine(options: TensorFlowEngineOptions): Promise<Engine> {
  const { libraryPaths, sessionConfig, logger, clock = systemClock } = options;
  const api = await loadTensorFlow(libraryPaths);
  if (!libc().fullStacks) warnOfSmallStacks(logger);
  const registry = await readOpRegistry(api);
  const slots = new RunSlots({
    slots: options.runThreads,
    maxQueued: options.maxQueuedRuns,
    clock,
  });
  const core = openCore(
    { api, call: callAsync, trimsHeap: true, slots, clock, logger },
    sessionConfig,
  );
  try {
    await startSharedPools(api, core.sessionOptions, logger);
    const native: TensorFlowShare = {
      libraryPaths,
      sessionConfig,
      statelessOps: registry.stateless,
    };
    const modelsOwnThreads = sessionsOwnThreads(sessionConfig, process.env);
    const shared: SharedEngine = { engine: engineName, modelsOwnThreads, native };
    const engine = new TensorFlowEngine({ core, registry, shared });
    logger.info('TensorFlow is loaded', { version: api.TF_Version(), library: libraryPaths.cc });
    return engine;
  } catch (error) {
    core.close();
    throw error;
  }
}

/**
 * The engine for a load thread of a process in which `createTensorFlowEngine` has made one. Every
 * native call, loads and runs included, is made on this thread and holds it: no pool that serves is
 * used, and no deadline interrupts a run.
 *
 * @param shared of the engine that serves. @throws StatusError as `createTensorFlowEngine`.
 */
export async function createTensorFlowLoadEngine(
  shared: SharedEngine,
  logger: Logger,
): Promise<Engine> {
  const { libraryPaths, sessionConfig, statelessOps } = shared.native as TensorFlowShare;
  const api = await loadTensorFlow(libraryPaths);
  if (!libc().fullStacks) warnOfSmallStacks(logger);
  const core = openCore(
    { api, call: callHere, trimsHeap: false, slots: null, clock: systemClock, logger },
    sessionConfig,
  );
  return new TensorFlowEngine({ core, registry: new OpRegistry(statelessOps), shared });
}

function warnOfSmallStacks(logger: Logger): void {
  logger.warn(
    'Another part of this program uses koffi with small stacks; a deeply nested model may overflow them',
  );
}
