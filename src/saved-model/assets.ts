import { AssetFileDefSchema, CollectionDefSchema } from '../proto/index.ts';
import type { TimeSlices } from '../util/index.ts';
import type { ByteSource } from './byte-source.ts';
import { decode } from './decode.ts';
import type { Range } from './field-walk.ts';
import { walkFields } from './field-walk.ts';

/** Where TensorFlow 1 listed assets before MetaGraphDef had a field for them (spec 11.3). */
const assetCollection = 'saved_model_assets';

/** The file names of the AssetFileDefs in `definitions`, or else of the older collection. */
export async function readAssets(
  source: ByteSource,
  definitions: readonly Range[],
  collections: readonly Range[],
  slices: TimeSlices,
): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const range of definitions) {
    names.add(decode(AssetFileDefSchema, await source.read(range.start, range.end)).filename);
  }
  if (names.size > 0) return [...names].sort();
  for (const range of collections) {
    const collection = await readAssetCollection(source, range, slices);
    if (collection === null) continue;
    const { kind } = decode(CollectionDefSchema, collection);
    if (kind.case !== 'anyList') continue;
    for (const any of kind.value.value) names.add(decode(AssetFileDefSchema, any.value).filename);
  }
  return [...names].sort();
}

/** The value of an entry of collection_def, if it is the one of the assets. */
async function readAssetCollection(
  source: ByteSource,
  entry: Range,
  slices: TimeSlices,
): Promise<Uint8Array | null> {
  let key = '';
  let value: Range = { start: 0, end: 0 };
  await walkFields(source, entry, slices, async (field) => {
    if (field.number === 1) {
      key = (await source.read(field.start, field.end)).toString('utf8');
    } else if (field.number === 2) value = field;
  });
  return key === assetCollection ? await source.read(value.start, value.end) : null;
}
