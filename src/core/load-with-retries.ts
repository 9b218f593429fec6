import { cancelled, StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import type { LoadSlots } from './load-slots.ts';
import type { Loader } from './loader.ts';
import type { ServableId } from './servable-id.ts';
import { servableIdText } from './servable-id.ts';

/** How often a load is tried, and what it may use. */
export interface LoadOptions {
  /** Attempts after the first failed one (`--max_num_load_retries`). */
  readonly maxLoadRetries: number;
  /** Pause between two attempts in ms; zero or less: none (`--load_retry_interval_micros`). */
  readonly loadRetryIntervalMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Loads one version (spec 4.5): tries again after a failure that may pass, without holding a slot
 * meanwhile. Every failure is logged at once with its reason. `onBegin` is called when the first
 * attempt has its slot.
 *
 * @throws StatusError of the last attempt; CANCELLED when `signal` was aborted before one
 * succeeded. A servable that was loaded all the same is unloaded first.
 */
export async function loadWithRetries<T>(
  id: ServableId,
  loader: Loader<T>,
  slots: LoadSlots,
  options: LoadOptions,
  signal: AbortSignal,
  onBegin: () => void,
): Promise<T> {
  const { maxLoadRetries, loadRetryIntervalMs, clock, logger } = options;
  for (let attempt = 0; ; attempt++) {
    try {
      return await slots.run(async () => {
        if (signal.aborted) throw loadingCancelled();
        if (attempt === 0) onBegin();
        const servable = await loader.load();
        if (!signal.aborted) return servable;
        await loader.unload();
        throw loadingCancelled();
      });
    } catch (thrown) {
      const error = StatusError.from(thrown);
      if (signal.aborted) throw error;
      const left = loader.isTransient(error) ? maxLoadRetries - attempt : 0;
      const outlook =
        left > 0
          ? `trying again in ${Math.max(loadRetryIntervalMs, 0) / 1000} s, ${left} more at most`
          : 'giving up';
      logger.error(`Loading servable ${servableIdText(id)} failed: ${error}; ${outlook}`, {
        error,
      });
      if (left <= 0) throw error;
      await pause(clock, loadRetryIntervalMs, signal, error);
    }
  }
}

/** A cancelled pause ends in the error that it followed. */
async function pause(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
  error: StatusError,
): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch {
    throw error;
  }
}

const loadingCancelled = () => cancelled('Loading of servable cancelled');
