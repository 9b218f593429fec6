import { type Loader, UnarySourceAdapter } from '../../src/index.ts';
import { type Hashmap, HashmapLoader } from './hashmap-loader.ts';

/** Turns the path of each version into the loader of its table. Reads nothing itself. */
export class HashmapSourceAdapter extends UnarySourceAdapter<string, Loader<Hashmap>> {
  protected override convert(path: string): Loader<Hashmap> {
    return new HashmapLoader(path);
  }
}
