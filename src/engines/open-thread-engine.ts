import { internal } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Engine, SharedEngine } from './engine.ts';
import { createTensorFlowDataEngine, createTensorFlowLoadEngine } from './tensorflow/index.ts';

interface ThreadEngines {
  readonly load: (shared: SharedEngine, logger: Logger) => Promise<Engine>;
  readonly data: (shared: SharedEngine, row: number, logger: Logger) => Promise<Engine>;
}

/** By {@link SharedEngine.engine}. */
const kinds: Readonly<Record<string, ThreadEngines>> = {
  tensorflow: { load: createTensorFlowLoadEngine, data: createTensorFlowDataEngine },
};

/**
 * A load thread's side of an engine: loads and runs models on this very thread, which native calls
 * hold meanwhile, to hand them over to `shared`'s engine.
 *
 * @param shared {@link Engine.share} of the engine that serves; it must stay open meanwhile.
 * @throws StatusError why the engine cannot be opened in this thread.
 */
export async function openLoadEngine(shared: SharedEngine, logger: Logger): Promise<Engine> {
  return await enginesOf(shared).load(shared, logger);
}

/**
 * A data thread's side of an engine: borrows the models of `shared`'s engine and runs them, here or on
 * the pool that all threads share.
 *
 * @param shared {@link Engine.share} of the engine that owns the models; it outlives this one.
 * @param row of this thread among those that run its models: from 1 on, each its own.
 * @throws StatusError why the engine cannot be opened in this thread.
 */
export async function openDataEngine(
  shared: SharedEngine,
  row: number,
  logger: Logger,
): Promise<Engine> {
  return await enginesOf(shared).data(shared, row, logger);
}

function enginesOf({ engine }: SharedEngine): ThreadEngines {
  const engines = kinds[engine];
  if (engines === undefined) throw internal(`The engine ${engine} has no threads of its own`);
  return engines;
}
