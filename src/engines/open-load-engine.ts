import { internal } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Engine, SharedEngine } from './engine.ts';
import { createTensorFlowLoadEngine } from './tensorflow/index.ts';

type Open = (shared: SharedEngine, logger: Logger) => Promise<Engine>;

/** By {@link SharedEngine.engine}. */
const kinds: Readonly<Record<string, Open>> = { tensorflow: createTensorFlowLoadEngine };

/**
 * A load thread's side of an engine: loads and runs models on this very thread, which native calls
 * hold meanwhile, to hand them over to `shared`'s engine.
 *
 * @param shared {@link Engine.share} of the engine that serves; it must stay open meanwhile.
 * @throws StatusError why the engine cannot be opened in this thread.
 */
export async function openLoadEngine(shared: SharedEngine, logger: Logger): Promise<Engine> {
  const open = kinds[shared.engine];
  if (open === undefined) throw internal(`The engine ${shared.engine} has no load threads`);
  return await open(shared, logger);
}
