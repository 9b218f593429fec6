import type { ServableHandle } from '../core/index.ts';
import type { ModelServable } from '../servables/index.ts';
import { invalidArgument } from '../status/index.ts';
import type { InferenceContext } from './inference-context.ts';
import type { ModelSpec } from './model-spec.ts';

/**
 * The one step from what a client names to a version that is loaded. The caller owns the handle
 * and releases it in `finally`.
 *
 * @throws StatusError with the texts of spec 4.8. That a request has a model spec at all
 * (`Missing ModelSpec`) is checked by gRPC; REST always has one.
 */
export function resolve(
  context: InferenceContext,
  { name, version, label }: ModelSpec,
): ServableHandle<ModelServable> {
  if (name === '') throw invalidArgument('ModelSpec has no name specified.');
  return context.lookup.acquire({ name, version, label });
}
