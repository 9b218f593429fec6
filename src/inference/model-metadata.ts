import type { ServableId } from '../core/index.ts';
import type { InferenceContext } from './inference-context.ts';
import type { ModelSpec } from './model-spec.ts';
import { resolve } from './resolve.ts';

/** What GetModelMetadata answers with, before either protocol's encoding. */
export interface ModelMetadata {
  readonly id: ServableId;
  /** A serialized `tensorflow.serving.SignatureDefMap`. Shared: do not write into it. */
  readonly signatureDefMap: Uint8Array;
}

/**
 * GetModelMetadata (spec 5.3, 6.6): all signatures of one AVAILABLE version. Labels are resolved.
 *
 * @throws StatusError of {@link resolve}
 */
export function modelMetadata(context: InferenceContext, modelSpec: ModelSpec): ModelMetadata {
  const handle = resolve(context, modelSpec);
  try {
    return { id: handle.id, signatureDefMap: handle.servable.signatureDefMap };
  } finally {
    handle.release();
  }
}
