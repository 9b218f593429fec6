import type { BatchingOptions } from '../config/index.ts';
import type { Engine, SharedModel } from '../engines/index.ts';
import { readSavedModel } from '../saved-model/index.ts';

/** Where a SavedModel lies and what of it to load. */
export interface SavedModelSource {
  /** Absolute path of the version directory. */
  readonly path: string;
  readonly tags: readonly string[];
  /** Of its session, serialized; absent or null: the engine's. */
  readonly sessionConfig?: Uint8Array | null;
}

/** A SavedModel that was loaded, to be adopted by whoever serves it. */
export interface HandedOverModel {
  readonly shared: SharedModel;
  /** Serialized `tensorflow.serving.SignatureDefMap`, as the model's file has it. */
  readonly signatureDefMap: Uint8Array;
  /** How its requests are batched; absent or null: not at all. */
  readonly batching?: BatchingOptions | null;
}

/**
 * Loads a SavedModel somewhere: reads what its files say and brings it into memory. The caller owns
 * the model.
 *
 * @throws StatusError what is wrong with it: a SavedModelError where its files are.
 */
export type LoadSavedModel = (source: SavedModelSource) => Promise<HandedOverModel>;

/** Loads by the engine that serves, without a load thread: for programs that serve nobody else. */
export function loadOn(engine: Engine): LoadSavedModel {
  return async ({ path, tags, sessionConfig = null }) => {
    const { signatures, signatureDefMap } = await readSavedModel(path, tags);
    const model = await engine.load({ path, tags, signatures, sessionConfig });
    return { shared: model.handOver(), signatureDefMap };
  };
}
