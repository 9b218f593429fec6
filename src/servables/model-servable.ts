import type { LoadedModel } from '../engines/index.ts';

/** A model version as the request path sees it: what a {@link ServableHandle} leads to. */
export interface ModelServable {
  readonly model: LoadedModel;
  /**
   * The model's signatures as a serialized `tensorflow.serving.SignatureDefMap`, for
   * GetModelMetadata: names, shapes and defaults as the model's own file has them.
   */
  readonly signatureDefMap: Uint8Array;
}
