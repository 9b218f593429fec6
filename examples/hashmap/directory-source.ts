import {
  type AspiredVersionsCallback,
  type ServableData,
  type Source,
  SourcePort,
  servableData,
} from '../../src/index.ts';

/**
 * A source that is told by hand which paths to have served. A real one would watch something, and
 * call the same `emit` whenever it finds a change.
 *
 * @example
 *   const source = new DirectorySource();
 *   connectSource(source, adapter);
 *   source.aspire('countries', new Map([[1n, '/data/countries/1.csv']]));
 *   source.aspire('countries', new Map());
 */
export class DirectorySource implements Source<string> {
  readonly #port = new SourcePort<string>();

  setAspiredVersionsCallback(callback: AspiredVersionsCallback<string>): void {
    this.#port.setAspiredVersionsCallback(callback);
  }

  /** Wants exactly these versions of a servable, by number; those it wanted before are unloaded. */
  aspire(name: string, paths: ReadonlyMap<bigint, string>): void {
    const versions: ServableData<string>[] = [];
    for (const [version, path] of paths) versions.push(servableData({ name, version }, path, path));
    this.#port.emit(name, versions);
  }
}
