import { defaultSignatureName, type InferenceContext, resolve } from '../../inference/index.ts';
import type { ExpectedSignature } from './predict-request.ts';
import type { RouteModel } from './route.ts';

/**
 * A look at the signatures of the model that a request is for, before it is known whether the
 * request is sound. The version may be another by the time when it is served.
 */
export function expectedSignature(context: InferenceContext, model: RouteModel): ExpectedSignature {
  return (signatureName) => {
    const key = signatureName === '' ? defaultSignatureName : signatureName;
    try {
      const handle = resolve(context, { ...model, signatureName });
      try {
        return handle.servable.model.signatures.get(key) ?? null;
      } finally {
        handle.release();
      }
    } catch {
      // The request meets the same error in its turn.
      return null;
    }
  };
}
