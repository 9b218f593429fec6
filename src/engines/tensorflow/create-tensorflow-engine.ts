import type { Logger } from '../../telemetry/index.ts';
import { type Clock, systemClock } from '../../util/index.ts';
import type { Engine, SharedEngine } from '../engine.ts';
import { callAsync, callHere, libc } from '../ffi/index.ts';
import { warnWithoutGpu } from './device-types.ts';
import { engineName, openCore } from './engine-core.ts';
import type { OpLibrary } from './install/op-libraries.ts';
import { loadOpLibraries } from './load-op-libraries.ts';
import { OpRegistry, readOpRegistry } from './op-registry.ts';
import { RunSlots } from './run-slots.ts';
import { startSharedPools } from './session.ts';
import { sessionsOwnThreads } from './session-options.ts';
import { SlotPool } from './slot-pool.ts';
import { TensorFlowEngine } from './tensorflow-engine.ts';
import { loadTensorFlow, type TensorFlowLibraryPaths } from './tensorflow-library.ts';

/** What an engine is made with. */
export interface TensorFlowEngineOptions {
  readonly libraryPaths: TensorFlowLibraryPaths;
  /** Custom ops, for the whole process and until its end. None where left out. */
  readonly opLibraries?: readonly OpLibrary[];
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
  /** Threads that may run its models, this one included: {@link createTensorFlowDataEngine}. Default 1. */
  readonly maxThreads?: number;
  /** Settings that were given and are for GPUs, by name: a warning for each where there is none. */
  readonly gpuSettings?: readonly string[];
  readonly logger: Logger;
  /** The system's where left out. */
  readonly clock?: Clock;
}

/** The row in the {@link SlotPool} of the thread that makes the engine. */
const ownRow = 0;

/** {@link SharedEngine.native}. */
interface TensorFlowShare {
  readonly libraryPaths: TensorFlowLibraryPaths;
  readonly sessionConfig: Uint8Array;
  readonly statelessOps: ReadonlySet<string>;
  /** The {@link SlotPool} of all threads. */
  readonly slots: SharedArrayBuffer;
  readonly maxQueuedRuns: number;
}

/**
 * The engine that runs SavedModels on TensorFlow. It belongs to the thread that made it. TensorFlow's
 * pools of threads are there when it is, with the priority of this process.
 *
 * @throws StatusError FAILED_PRECONDITION where the libraries cannot be loaded, INVALID_ARGUMENT
 * for a `sessionConfig` that is no ConfigProto, and TensorFlow's own for one that it cannot use and
 * for an op library that it cannot load.
 */
export async function createTensorFlowEngine(options: TensorFlowEngineOptions): Promise<Engine> {
  const { libraryPaths, sessionConfig, logger, clock = systemClock } = options;
  const api = await loadTensorFlow(libraryPaths);
  if (!libc().fullStacks) warnOfSmallStacks(logger);
  await loadOpLibraries(api, options.opLibraries ?? [], logger);
  const registry = await readOpRegistry(api);
  const { maxQueuedRuns } = options;
  const pool = SlotPool.create(options.runThreads, options.maxThreads ?? 1);
  const slots = new RunSlots({ pool, row: ownRow, maxQueued: maxQueuedRuns, clock });
  const core = openCore(
    { api, call: callAsync, trimsHeap: true, slots, clock, logger },
    sessionConfig,
  );
  try {
    const deviceTypes = await startSharedPools(api, core.sessionOptions, logger);
    warnWithoutGpu(deviceTypes, options.gpuSettings ?? [], logger);
    const native: TensorFlowShare = {
      libraryPaths,
      sessionConfig,
      statelessOps: registry.stateless,
      slots: pool.buffer,
      maxQueuedRuns,
    };
    const modelsOwnThreads = sessionsOwnThreads(sessionConfig, process.env);
    const shared: SharedEngine = { engine: engineName, modelsOwnThreads, native };
    const engine = new TensorFlowEngine({ core, registry, shared, pool });
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
  return new TensorFlowEngine({
    core,
    registry: new OpRegistry(statelessOps),
    shared,
    pool: null,
  });
}

/**
 * The engine for a data thread of a process in which `createTensorFlowEngine` has made one: it
 * borrows that one's models. Runs off this thread share their slots with those of all threads.
 *
 * @param shared of the engine that owns the models. @param row of this thread, from 1 to its
 * `maxThreads`. @throws StatusError as `createTensorFlowEngine`.
 */
export async function createTensorFlowDataEngine(
  shared: SharedEngine,
  row: number,
  logger: Logger,
): Promise<Engine> {
  const { libraryPaths, sessionConfig, statelessOps, slots, maxQueuedRuns } =
    shared.native as TensorFlowShare;
  const api = await loadTensorFlow(libraryPaths);
  libc();
  const clock = systemClock;
  const pool = new SlotPool(slots);
  const core = openCore(
    {
      ...{ api, call: callAsync, trimsHeap: false, clock, logger },
      slots: new RunSlots({ pool, row, maxQueued: maxQueuedRuns, clock }),
    },
    sessionConfig,
  );
  return new TensorFlowEngine({ core, registry: new OpRegistry(statelessOps), shared, pool });
}

function warnOfSmallStacks(logger: Logger): void {
  logger.warn(
    'Another part of this program uses koffi with small stacks; a deeply nested model may overflow them',
  );
}
