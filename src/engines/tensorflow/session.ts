import type { StatusError } from '../../status/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { ModelSource } from '../engine.ts';
import { type Address, callAsync, Handle, libc } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import { errorOf, newStatus, throwIfError } from './status.ts';

/** Session options from a serialized `tensorflow.ConfigProto`, to be closed by the caller. */
export function newSessionOptions(api: TensorFlowApi, config: Uint8Array): Handle {
  const options = new Handle('TF_SessionOptions', api.TF_NewSessionOptions(), (address) =>
    api.TF_DeleteSessionOptions(address),
  );
  const status = newStatus(api);
  try {
    api.TF_SetConfig(options.address, config, config.length, status.address);
    throwIfError(api, status.address);
    return options;
  } catch (error) {
    options.close();
    throw error;
  } finally {
    status.close();
  }
}

/** A session with the graph that it runs. Made and freed off the event loop. */
export class Session {
  readonly #api: TensorFlowApi;
  readonly #session: Handle;
  readonly #graph: Handle;

  private constructor(api: TensorFlowApi, session: Handle, graph: Handle) {
    this.#api = api;
    this.#session = session;
    this.#graph = graph;
  }

  /**
   * Loads a SavedModel: its graph, its variables, its initialization (TensorFlow does all three).
   *
   * @throws StatusError TensorFlow's own.
   */
  static async load(
    api: TensorFlowApi,
    options: Handle,
    { path, tags }: Pick<ModelSource, 'path' | 'tags'>,
  ): Promise<Session> {
    const graph = new Handle('TF_Graph', api.TF_NewGraph(), () => {
      throw new Error('a graph is deleted off the event loop');
    });
    const status = newStatus(api);
    try {
      const address = await callAsync(
        api.TF_LoadSessionFromSavedModel,
        options.address,
        0,
        path,
        [...tags],
        tags.length,
        graph.address,
        0,
        status.address,
      );
      throwIfError(api, status.address);
      const session = new Handle('TF_Session', address, () => {
        throw new Error('a session is deleted off the event loop');
      });
      return new Session(api, session, graph);
    } catch (error) {
      await callAsync(api.TF_DeleteGraph, graph.take());
      throw error;
    } finally {
      status.close();
    }
  }

  /** The TF_Session. @throws StatusError INTERNAL after `close`. */
  get address(): Address {
    return this.#session.address;
  }

  /** The TF_Graph. @throws StatusError INTERNAL after `close`. */
  get graph(): Address {
    return this.#graph.address;
  }

  /**
   * Frees session and graph, and gives what the heap can spare back to the system. No run may be
   * going on. Never fails: TensorFlow frees its memory whatever it reports, which is logged.
   */
  async close(logger: Logger): Promise<void> {
    const api = this.#api;
    const session = this.#session.take();
    const graph = this.#graph.take();
    const status = newStatus(api);
    try {
      await callAsync(api.TF_CloseSession, session, status.address);
      logIfError(errorOf(api, status.address), logger);
      await callAsync(api.TF_DeleteSession, session, status.address);
      logIfError(errorOf(api, status.address), logger);
      await callAsync(api.TF_DeleteGraph, graph);
      const { mallocTrim } = libc();
      if (mallocTrim !== null) await callAsync(mallocTrim, 0);
    } finally {
      status.close();
    }
  }
}

function logIfError(error: StatusError | null, logger: Logger): void {
  if (error !== null)
    logger.warn('TensorFlow reported an error as a session was closed', { error });
}
