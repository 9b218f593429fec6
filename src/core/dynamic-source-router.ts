import { invalidArgument } from '../status/index.ts';
import { SourceRouter } from './source-router.ts';

/**
 * Routes by the whole name of the servable, with a map that can be replaced at any time; the last
 * port is for those that are not in the map (spec 12).
 *
 * TFS leaves a servable at its old port until its source speaks again. Here a new route holds at
 * once: the old port is told an empty list, then the new one the last list.
 */
export class DynamicSourceRouter<T> extends SourceRouter<T> {
  #routes: ReadonlyMap<string, number>;

  /**
   * @param portCount at least 1
   * @param initialRoutes port by servable name
   * @throws StatusError INVALID_ARGUMENT as {@link updateRoutes} does.
   */
  constructor(portCount: number, initialRoutes: ReadonlyMap<string, number>) {
    super(portCount);
    this.#routes = this.#checked(initialRoutes);
  }

  /** The routes in force, by servable name. */
  get routes(): ReadonlyMap<string, number> {
    return this.#routes;
  }

  /**
   * Replaces all routes: a servable that `routes` does not name goes to the last port.
   *
   * @throws StatusError INVALID_ARGUMENT for a number that is no port, or that of the last one;
   *   then nothing has changed.
   */
  updateRoutes(routes: ReadonlyMap<string, number>): void {
    this.#routes = this.#checked(routes);
    this.reroute();
  }

  protected override route(servableName: string): number {
    return this.#routes.get(servableName) ?? this.ports.length - 1;
  }

  #checked(routes: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    for (const port of routes.values()) {
      if (this.ports[port] === undefined) {
        throw invalidArgument(`Port number out of range: ${port}`);
      }
      if (port === this.ports.length - 1) {
        throw invalidArgument(
          "Last port cannot be used in route map, since it's reserved for the default route",
        );
      }
    }
    return new Map(routes);
  }
}
