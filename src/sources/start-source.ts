import type { ServableId } from '../core/index.ts';
import { failedPrecondition, StatusError } from '../status/index.ts';
import type { Store } from '../stores/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import type { WatchedServable } from './find-versions.ts';
import { findVersions } from './find-versions.ts';

/** A version that is to be served, and where it lies. */
export interface AspiredPath {
  readonly id: ServableId;
  readonly path: string;
}

export interface StartSourceOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly servables: readonly WatchedServable[];
  /** `--file_system_poll_wait_seconds`: pause between looks; 0: one look; below 0: none. */
  readonly pollWaitSeconds: number;
  /** Told once of each servable, with all its versions, as soon as it has any. */
  readonly onAspired: (versions: readonly AspiredPath[]) => void;
}

/** How often the operator is reminded of what is waited for. */
const reminderMs = 30_000;

/**
 * Finds the versions to serve at the start of a server, and is done with a servable once it has
 * some: versions that appear later are not noticed. A missing base path, or one without versions,
 * is waited for as in TFS, but holds up no other servable.
 */
export class StartSource {
  readonly #options: StartSourceOptions;
  readonly #missing: Map<string, WatchedServable>;
  /** When each missing servable was last spoken of. */
  readonly #reminded = new Map<string, number>();

  constructor(options: StartSourceOptions) {
    this.#options = options;
    this.#missing = new Map(options.servables.map((servable) => [servable.name, servable]));
  }

  /** The names of the servables for which no version was found yet, in the order given. */
  get missing(): readonly string[] {
    return [...this.#missing.keys()];
  }

  /** Looks once at each missing servable. Never rejects: what is wrong is logged. */
  async look(): Promise<void> {
    if (this.#options.pollWaitSeconds < 0) return;
    await Promise.all([...this.#missing.values()].map((servable) => this.#lookAt(servable)));
  }

  /**
   * Looks until every servable has versions. Rejects with the signal's reason when it is aborted.
   * @throws StatusError FAILED_PRECONDITION where the options allow no further look.
   */
  async lookUntilFound(signal: AbortSignal): Promise<void> {
    const { pollWaitSeconds, clock } = this.#options;
    for (;;) {
      await this.look();
      if (this.#missing.size === 0) return;
      if (pollWaitSeconds <= 0) throw this.#noFurtherLook();
      await clock.sleep(pollWaitSeconds * 1000, signal);
    }
  }

  async #lookAt(servable: WatchedServable): Promise<void> {
    const { store, logger, onAspired } = this.#options;
    const { name, basePath } = servable;
    try {
      const { versions, warnings } = await findVersions(store, servable);
      if (versions.length === 0) {
        this.#remind(
          name,
          [
            ...warnings,
            `No versions of servable ${name} found under base path ${basePath}. Did you forget ` +
              "to name your leaf directory as a number (eg. '/1/')?",
            ...(/\/\d+\/*$/.test(basePath)
              ? [`${basePath} looks like a version itself: the base path is the folder above it.`]
              : []),
          ].join(' '),
        );
        return;
      }
      for (const warning of warnings) logger.warn(warning);
      this.#missing.delete(name);
      onAspired(versions.map(({ version, path }) => ({ id: { name, version }, path })));
    } catch (error) {
      this.#remind(name, StatusError.from(error).message);
    }
  }

  /** Says what is missing at once, and again only after a while. */
  #remind(name: string, reason: string): void {
    const { clock, logger, pollWaitSeconds } = this.#options;
    const now = clock.now();
    const last = this.#reminded.get(name);
    if (last !== undefined && now - last < reminderMs) return;
    this.#reminded.set(name, now);
    const outlook = pollWaitSeconds > 0 ? ` (looking again every ${pollWaitSeconds} s)` : '';
    logger.warn(`Waiting for model ${name}${outlook}: ${reason}`);
  }

  #noFurtherLook(): StatusError {
    const looks =
      this.#options.pollWaitSeconds === 0 ? 'looks at the file system once' : 'never looks';
    return failedPrecondition(
      `No versions were found of ${this.missing.join(', ')}, and ` +
        `--file_system_poll_wait_seconds=${this.#options.pollWaitSeconds} ${looks}`,
    );
  }
}
