import { StatusError } from '../../status/index.ts';
import { type AspiredVersionPolicy, availabilityPreserving } from '../aspired-version-policy.ts';
import {
  AspiredVersionsManager,
  type AspiredVersionsManagerOptions,
} from '../aspired-versions-manager.ts';
import type { Loader } from '../loader.ts';
import { type ServableData, servableData, servableError } from '../servable-data.ts';
import { SourcePort } from '../source-port.ts';
import { connectSource } from '../target.ts';
import { FakeLoader } from './fake-loader.ts';
import { ManagerKit } from './manager-kit.ts';

/** How a test names a version in a list: its number, or more where that matters. */
export type Told =
  | bigint
  | {
      readonly version: bigint;
      readonly revision?: string;
      readonly loader?: Loader<string>;
      readonly error?: StatusError;
    };

/** An {@link AspiredVersionsManager} and a source that tells it what a test says. */
export class AspiredKit extends ManagerKit {
  readonly manager: AspiredVersionsManager<string>;
  /** Policies other than availability preserving, by servable. */
  readonly policies = new Map<string, AspiredVersionPolicy>();
  readonly #source = new SourcePort<Loader<string>>();

  constructor(
    options: Partial<AspiredVersionsManagerOptions<string>> = {},
    memoryBytes: number | null = null,
  ) {
    super(memoryBytes);
    this.manager = new AspiredVersionsManager({
      ...this.options(),
      policyOf: (name) => this.policies.get(name) ?? availabilityPreserving,
      retryFailed: { initialMs: 60_000, maxMs: 300_000 },
      ...options,
    });
    connectSource(this.#source, this.manager);
  }

  /** Says a list, and lets the manager do what needs no time. */
  async tell(name: string, ...versions: readonly Told[]): Promise<void> {
    this.tellNow(name, ...versions);
    await this.settle();
  }

  /** Says a list; a version without a loader gets one that always succeeds. */
  tellNow(name: string, ...versions: readonly Told[]): void {
    this.#source.emit(
      name,
      versions.map((told) => toldData(name, told)),
    );
  }

  /** Says what the source has said itself. */
  emit(name: string, versions: readonly ServableData<Loader<string>>[]): void {
    this.#source.emit(name, versions);
  }

  /** What a request without a version gets now: the servable, or the text of the error. */
  latest(name: string): string {
    try {
      const handle = this.manager.acquire({ name, version: null, label: null });
      handle.release();
      return handle.servable;
    } catch (error) {
      return StatusError.from(error).message;
    }
  }

  /** The last states of a servable's versions, newest first, as `2 AVAILABLE`. */
  states(name: string): string[] {
    return this.manager.statuses(name).map(({ id, state }) => `${id.version} ${state}`);
  }
}

function toldData(name: string, told: Told): ServableData<Loader<string>> {
  if (typeof told === 'bigint') return toldData(name, { version: told });
  const { version, revision = '', loader, error } = told;
  const id = { name, version };
  if (error !== undefined) return servableError(id, error, revision);
  return servableData(id, loader ?? new FakeLoader(`${name}/${version}`), revision);
}
