import type { StatusError } from '../../status/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { ModelSource } from '../engine.ts';
import { type Address, type CallNative, callAsync, Handle, libc } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import { deviceTypesOf } from './device-types.ts';
import type { EngineCore } from './engine-core.ts';
import { newSessionOptions } from './session-options.ts';
import { errorOf, newStatus, throwIfError } from './status.ts';
import { withPackageOfOp } from './unknown-op.ts';

/** A session as it goes from thread to thread. */
export interface NativeSession {
  /** The TF_Session. */
  readonly session: Address;
  /** The TF_Graph. */
  readonly graph: Address;
}

/** What a session needs of its engine. */
type SessionCore = Pick<EngineCore, 'api' | 'call' | 'trimsHeap'>;

/** A session with the graph that it runs: owned by one thread at a time, borrowed by any number. */
export class Session {
  readonly #core: SessionCore;
  readonly #session: Handle;
  readonly #graph: Handle;
  /** Another thread owns it. */
  readonly isBorrowed: boolean;

  private constructor(core: SessionCore, session: Address, graph: Handle, isBorrowed = false) {
    this.#core = core;
    this.isBorrowed = isBorrowed;
    this.#session = new Handle('TF_Session', session, deletedElsewhere);
    this.#graph = graph;
  }

  /**
   * Loads a SavedModel: its graph, its variables, its initialization (TensorFlow does all three),
   * all on the thread that makes the call, none of it on the pool where models run.
   *
   * @throws StatusError TensorFlow's own, and where to find an op that it does not know.
   */
  static async load(
    core: SessionCore & Pick<EngineCore, 'sessionOptions' | 'inlineOptions'>,
    { path, tags, sessionConfig = null }: Pick<ModelSource, 'path' | 'tags' | 'sessionConfig'>,
  ): Promise<Session> {
    const { api, call } = core;
    const graph = new Handle('TF_Graph', api.TF_NewGraph(), deletedElsewhere);
    const status = newStatus(api);
    let ownOptions: Handle | null = null;
    try {
      if (sessionConfig !== null) ownOptions = newSessionOptions(api, sessionConfig);
      const session = await call(
        api.TF_LoadSessionFromSavedModel,
        ownOptions?.address ?? core.sessionOptions,
        core.inlineOptions,
        path,
        [...tags],
        tags.length,
        graph.address,
        0,
        status.address,
      );
      const error = errorOf(api, status.address);
      if (error !== null) throw withPackageOfOp(error);
      return new Session(core, session, graph);
    } catch (error) {
      await call(api.TF_DeleteGraph, graph.take());
      throw error;
    } finally {
      ownOptions?.close();
      status.close();
    }
  }

  /** Takes over what {@link handOver} gave away. */
  static adopt(core: SessionCore, { session, graph }: NativeSession): Session {
    return new Session(core, session, new Handle('TF_Graph', graph, deletedElsewhere));
  }

  /** Uses what stays its owner's, who keeps it until this object is closed. */
  static borrow(core: SessionCore, { session, graph }: NativeSession): Session {
    return new Session(core, session, new Handle('TF_Graph', graph, deletedElsewhere), true);
  }

  /** The TF_Session. @throws StatusError INTERNAL after `close`. */
  get address(): Address {
    return this.#session.address;
  }

  /** The TF_Graph. @throws StatusError INTERNAL after `close`. */
  get graph(): Address {
    return this.#graph.address;
  }

  /** Gives session and graph away: this object is closed, and nothing is freed. */
  handOver(): NativeSession {
    return { session: this.#session.take(), graph: this.#graph.take() };
  }

  /**
   * Frees session and graph, unless they are borrowed, and gives what the heap can spare back to the system. No run may be
   * going on. Never fails: TensorFlow frees its memory whatever it reports, which is logged.
   */
  async close(logger: Logger): Promise<void> {
    const { api, call } = this.#core;
    const { session, graph } = this.handOver();
    if (this.isBorrowed) return;
    await deleteSession(api, call, session, graph, logger);
    await trimHeap(this.#core);
  }
}

/**
 * Makes sure that the pools of threads which all sessions of the process share are there. The first
 * session of a process makes them, and they inherit the priority of the thread that makes it, for
 * ever: so this comes before any load on a thread of lower priority. Takes about 15 ms the first
 * time, under one later, off the event loop.
 *
 * @returns the types of the devices that sessions run ops on.
 * @throws StatusError what TensorFlow finds wrong with the configuration.
 */
export async function startSharedPools(
  api: TensorFlowApi,
  sessionOptions: Address,
  logger: Logger,
): Promise<ReadonlySet<string>> {
  const graph = new Handle('TF_Graph', api.TF_NewGraph(), deletedElsewhere);
  const status = newStatus(api);
  try {
    const session = await callAsync(
      api.TF_NewSession,
      graph.address,
      sessionOptions,
      status.address,
    );
    throwIfError(api, status.address);
    try {
      return deviceTypesOf(api, session);
    } finally {
      await deleteSession(api, callAsync, session, graph.take(), logger);
    }
  } finally {
    if (graph.isOpen) api.TF_DeleteGraph(graph.take());
    status.close();
  }
}

/** Gives free memory of the C heap back to the system, where the engine may and the system can. */
export async function trimHeap({ call, trimsHeap }: SessionCore): Promise<void> {
  const { mallocTrim } = libc();
  if (trimsHeap && mallocTrim !== null) await call(mallocTrim, 0);
}

async function deleteSession(
  api: TensorFlowApi,
  call: CallNative,
  session: Address,
  graph: Address,
  logger: Logger,
): Promise<void> {
  const status = newStatus(api);
  try {
    await call(api.TF_CloseSession, session, status.address);
    logIfError(errorOf(api, status.address), logger);
    await call(api.TF_DeleteSession, session, status.address);
    logIfError(errorOf(api, status.address), logger);
    await call(api.TF_DeleteGraph, graph);
  } finally {
    status.close();
  }
}

function logIfError(error: StatusError | null, logger: Logger): void {
  if (error !== null)
    logger.warn('TensorFlow reported an error as a session was closed', { error });
}

/** Sessions and graphs take long to delete: only the functions above do it. */
function deletedElsewhere(): never {
  throw new Error('a session or graph is not deleted by its handle');
}
