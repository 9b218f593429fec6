import { SourceRouter } from './source-router.ts';

/**
 * Routes by a part of the servable's name: port `i` gets those that contain `substrings[i]`, the
 * first match counts, and the last port, of which there is one more than substrings, gets those
 * that match none (spec 12). Case matters; an empty substring matches every name.
 */
export class StaticSourceRouter<T> extends SourceRouter<T> {
  readonly #substrings: readonly string[];

  constructor(substrings: readonly string[]) {
    super(substrings.length + 1);
    this.#substrings = [...substrings];
  }

  protected override route(servableName: string): number {
    const match = this.#substrings.findIndex((substring) => servableName.includes(substring));
    return match === -1 ? this.#substrings.length : match;
  }
}
