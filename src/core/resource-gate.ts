import { Code, StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Loader } from './loader.ts';
import type { ResourceTracker } from './resource-tracker.ts';
import type { ServableId } from './servable-id.ts';
import { servableIdText } from './servable-id.ts';
import { WorkSlots } from './work-slots.ts';

/** There is no room for a version, and nothing under way that could make any: not worth a retry. */
export class InsufficientResources extends StatusError {
  constructor(id: ServableId) {
    super(Code.RESOURCE_EXHAUSTED, `Insufficient resources to load servable ${servableIdText(id)}`);
  }
}

/**
 * Decides, one load after the other, whether there are resources for it (spec 4.5). A load that
 * does not fit waits while other loads and unloads are under way, which may give some back; then it
 * is refused.
 */
export class ResourceGate {
  readonly #tracker: ResourceTracker;
  readonly #logger: Logger;
  readonly #decisions = new WorkSlots(1);
  /** Loads that have their resources, and unloads. */
  #underWay = 0;
  #change = Promise.withResolvers<void>();

  constructor(tracker: ResourceTracker, logger: Logger) {
    this.#tracker = tracker;
    this.#logger = logger;
  }

  /**
   * Reserves what the loader estimates; the load counts as under way until {@link ended}.
   *
   * @throws InsufficientResources where there is not enough; StatusError the loader's own where it
   * cannot estimate; the signal's reason when it is aborted while it waits.
   */
  async admit<T>(id: ServableId, loader: Loader<T>, signal: AbortSignal): Promise<void> {
    await this.#decisions.run(async () => {
      const estimate = await estimateOf(id, loader);
      const { promise: given, resolve: giveUp } = Promise.withResolvers<void>();
      const leave = () => giveUp();
      signal.addEventListener('abort', leave);
      try {
        for (;;) {
          signal.throwIfAborted();
          const { promise } = this.#change;
          if (this.#tracker.reserve(servableIdText(id), estimate)) break;
          if (this.#underWay === 0) throw new InsufficientResources(id);
          await Promise.race([promise, given]);
        }
      } finally {
        signal.removeEventListener('abort', leave);
      }
      this.#underWay++;
    }, signal);
  }

  /** An unload begins, which will give resources back. */
  leaving(): void {
    this.#underWay++;
  }

  /** A load or an unload has ended. @param release whether the version holds nothing any more. */
  ended(id: ServableId, release: boolean): void {
    if (release) this.#tracker.release(servableIdText(id));
    this.#underWay--;
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  /**
   * Lets the loader of a loaded version estimate again, which is not more than before. Where it
   * cannot, the first estimate stays.
   */
  async correct<T>(id: ServableId, loader: Loader<T>): Promise<void> {
    try {
      this.#tracker.update(servableIdText(id), await loader.estimateResources());
    } catch (error) {
      this.#logger.warn(
        `The resources of servable ${servableIdText(id)} cannot be estimated again`,
        {
          error,
        },
      );
    }
  }
}

async function estimateOf<T>(id: ServableId, loader: Loader<T>) {
  try {
    return await loader.estimateResources();
  } catch (thrown) {
    const error = StatusError.from(thrown);
    throw new StatusError(
      error.code,
      `Error while attempting to reserve resources to load servable ${servableIdText(id)}: ${error.message}`,
      { cause: error },
    );
  }
}
