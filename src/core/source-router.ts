import { internal, invalidArgument, StatusError } from '../status/index.ts';
import type { ServableData } from './servable-data.ts';
import { servableError } from './servable-data.ts';
import type { Source } from './source.ts';
import { SourcePort } from './source-port.ts';
import { CallbackTarget } from './target-base.ts';

/** Where a list goes, and what its versions become there where no port was named. */
interface Route {
  readonly port: number;
  readonly error: StatusError | null;
}

/** The last list heard of one servable, and the number of the port it went to. */
interface Routed<T> {
  readonly port: number;
  readonly versions: readonly ServableData<T>[];
}

/**
 * One target with several sources: sends the lists of each servable to one of its ports, such as
 * those of each platform to the adapter that makes its loaders (spec 12).
 *
 * 1. A list goes to the port that {@link route} names, unchanged, before the callback returns.
 * 2. A servable is aspired at one port at most. When its route leads elsewhere than its last list
 *    went, the old port is told an empty list first; so two adapters never aspire one servable,
 *    and a manager behind both hears the new list last.
 * 3. A `route` that throws or names no port sends the versions to the last port, as errors.
 *
 * The router remembers the last list of each servable that has versions, and nothing of others.
 * Ports may be connected at any time, each to one target (see {@link SourcePort}); they belong to
 * the router. Belongs to the control thread.
 *
 * @example
 *   const router = new StaticSourceRouter<string>(['text', 'image']);
 *   connectSource(pathSource, router);
 *   connectSource(router.ports[0]!, textAdapter);
 *   connectSource(router.ports[1]!, imageAdapter);
 *   connectSource(router.ports[2]!, otherAdapter);
 */
export abstract class SourceRouter<T> extends CallbackTarget<T> {
  readonly ports: readonly Source<T>[];
  readonly #ports: readonly SourcePort<T>[];
  readonly #routed = new Map<string, Routed<T>>();

  /** @throws StatusError INVALID_ARGUMENT unless `portCount` is a whole number from 1 on. */
  constructor(portCount: number) {
    super();
    if (!Number.isInteger(portCount) || portCount < 1) {
      throw invalidArgument(`A router needs at least one port, not ${portCount}`);
    }
    this.#ports = Array.from({ length: portCount }, () => new SourcePort<T>());
    this.ports = this.#ports;
  }

  /** Also forgets the last lists: from now on {@link reroute} moves nothing. */
  override detach(): void {
    super.detach();
    this.#routed.clear();
  }

  /** The port for a servable, 0 ≤ port < `ports.length`. */
  protected abstract route(servableName: string, versions: readonly ServableData<T>[]): number;

  protected override setAspiredVersions(
    servableName: string,
    versions: readonly ServableData<T>[],
  ): void {
    this.#send(servableName, versions, this.#portOf(servableName, versions));
  }

  /**
   * Sends the last list of each servable whose route has changed to its new port. To be called by
   * a subclass that has changed its routes.
   */
  protected reroute(): void {
    for (const [servableName, { port, versions }] of [...this.#routed]) {
      const routed = this.#portOf(servableName, versions);
      if (routed.port !== port) this.#send(servableName, versions, routed);
    }
  }

  #send(servableName: string, versions: readonly ServableData<T>[], { port, error }: Route): void {
    const last = this.#routed.get(servableName);
    if (versions.length > 0) this.#routed.set(servableName, { port, versions });
    else this.#routed.delete(servableName);
    if (last !== undefined && last.port !== port) this.#ports[last.port]!.emit(servableName, []);
    const sent =
      error === null
        ? versions
        : versions.map(({ id, revision }) => servableError(id, error, revision));
    this.#ports[port]!.emit(servableName, sent);
  }

  #portOf(servableName: string, versions: readonly ServableData<T>[]): Route {
    try {
      const port = this.route(servableName, versions);
      if (this.#ports[port] === undefined) throw internal(`Port number out of range: ${port}`);
      return { port, error: null };
    } catch (thrown) {
      return { port: this.#ports.length - 1, error: StatusError.from(thrown) };
    }
  }
}
