import { StatusError } from '../status/index.ts';
import type { ServableData } from './servable-data.ts';
import { servableData, servableError } from './servable-data.ts';
import type { ServableId } from './servable-id.ts';
import { SourceAdapter } from './source-adapter.ts';

/**
 * An adapter that looks at one version at a time (spec 12).
 *
 * 1. Versions keep their order, their ids and their revisions.
 * 2. A version that is an error already passes through unchanged.
 * 3. A version whose {@link convert} throws becomes that error; the others are not touched.
 */
export abstract class UnarySourceAdapter<In, Out> extends SourceAdapter<In, Out> {
  /**
   * What `data` becomes. Called again whenever the source repeats its list, so it must be cheap:
   * no I/O; what takes time belongs in the loader that it makes.
   *
   * @throws any error why the version cannot be served.
   */
  protected abstract convert(data: In, id: ServableId): Out;

  protected override adapt(
    _servableName: string,
    versions: readonly ServableData<In>[],
  ): readonly ServableData<Out>[] {
    return versions.map((version) => this.#converted(version));
  }

  #converted(version: ServableData<In>): ServableData<Out> {
    if (version.error !== null) return version;
    const { id, data, revision } = version;
    try {
      return servableData(id, this.convert(data, id), revision);
    } catch (thrown) {
      return servableError(id, StatusError.from(thrown), revision);
    }
  }
}

/**
 * The {@link UnarySourceAdapter} of a function, which is held to the rules of its `convert`.
 *
 * @example
 *   const adapter = unarySourceAdapter((path: string) => new HashmapLoader(path));
 */
export function unarySourceAdapter<In, Out>(
  convert: (data: In, id: ServableId) => Out,
): UnarySourceAdapter<In, Out> {
  return new FunctionAdapter(convert);
}

class FunctionAdapter<In, Out> extends UnarySourceAdapter<In, Out> {
  readonly #convert: (data: In, id: ServableId) => Out;

  constructor(convert: (data: In, id: ServableId) => Out) {
    super();
    this.#convert = convert;
  }

  protected override convert(data: In, id: ServableId): Out {
    return this.#convert(data, id);
  }
}
