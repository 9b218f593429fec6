import type { VersionPolicy } from '../../config/index.ts';
import { connectSource, type ServableId, servableIdText } from '../../core/index.ts';
import { ListRecorder } from '../../core/testing/list-recorder.ts';
import type { Store } from '../../stores/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { FakeClock } from '../../util/testing/fake-clock.ts';
import { FileSystemSource, type FileSystemSourceOptions } from '../file-system-source.ts';
import type { StoragePath } from '../storage-path.ts';
import type { WatchedServable } from '../watched-servable.ts';
import { FakeStore } from './fake-store.ts';

/** A source over a store in memory, a clock that is stepped, and a record of what it tells. */
export class SourceKit {
  readonly clock = new FakeClock();
  readonly logger = new MemoryLogger();
  readonly store = new FakeStore();
  readonly target = new ListRecorder<StoragePath>();
  /** Versions that ended with an error, as {@link servableIdText} writes them. */
  readonly failed = new Set<string>();
  /** Why version directories are incomplete, by path; the others are complete. */
  readonly incomplete = new Map<string, string>();
  readonly source: FileSystemSource;
  /** The pause between two looks, in ms. */
  readonly #pauseMs: number;

  constructor(options: Partial<FileSystemSourceOptions> & { readonly store?: Store } = {}) {
    const { clock, logger, store, failed, incomplete } = this;
    const { pollWaitSeconds = 1 } = options;
    this.#pauseMs = pollWaitSeconds > 0 ? pollWaitSeconds * 1000 : 1000;
    this.source = new FileSystemSource({
      ...{ store, clock, logger, pollWaitSeconds },
      settleSeconds: 60,
      alwaysPresent: false,
      checkComplete: async (path) => {
        const reason = incomplete.get(path);
        return reason === undefined ? { complete: true } : { complete: false, reason };
      },
      hasFailed: (id: ServableId) => failed.has(servableIdText(id)),
      ...options,
    });
    connectSource(this.source, this.target);
  }

  /** Watches servables under `/models`, each by its policy. */
  watch(policies: Readonly<Record<string, VersionPolicy>>): void {
    this.source.watch(Object.entries(policies).map(([name, policy]) => watched(name, policy)));
  }

  /** Makes version directories under `/models`, old and whole. */
  put(...paths: readonly string[]): void {
    for (const path of paths) this.store.put(`/models/${path}`);
  }

  /** What the target was told since the last call, without the base path: `m: 1=m/1`. */
  take(): string[] {
    return this.target.take().map((text) => text.replaceAll('/models/', ''));
  }

  /** What is told by one look, at once. */
  async look(): Promise<string[]> {
    await this.source.look();
    return this.take();
  }

  /** What is told by one look, a pause after whatever came before. */
  async nextLook(): Promise<string[]> {
    await this.clock.advance(this.#pauseMs);
    return await this.look();
  }

  warnings(): string[] {
    return this.logger.messages('warn');
  }
}

/** A servable under `/models`, by default with the policy of TFS. */
export function watched(
  name: string,
  policy: VersionPolicy = { kind: 'latest', count: 1 },
  basePath = `/models/${name}`,
): WatchedServable {
  return { name, basePath, policy };
}
