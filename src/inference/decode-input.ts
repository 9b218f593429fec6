import { Code, invalidArgument, StatusError } from '../status/index.ts';
import {
  decodeTensorProto,
  type Tensor,
  type TensorAllocator,
  type TensorDecodeOptions,
} from '../tensor/index.ts';
import type { Bytes } from '../util/index.ts';

/**
 * Decodes one input of a PredictRequest, or a default of a signature, into memory of `allocator`.
 * Every way in which bytes are no tensor has one text; which it was is its cause.
 *
 * @throws StatusError INVALID_ARGUMENT `tensor parsing error: <alias>` (spec 6.4, step 5);
 * RESOURCE_EXHAUSTED of {@link decodeTensorProto}
 */
export function decodeInput(
  tensorProto: Bytes,
  alias: string,
  allocator: TensorAllocator,
  options: TensorDecodeOptions,
): Tensor {
  try {
    return decodeTensorProto(tensorProto, allocator, options);
  } catch (error) {
    throw inputError(error, alias);
  }
}

/** What a request is refused with for what decoding an input has thrown, then or while it was filled. */
export function inputError(thrown: unknown, alias: string): unknown {
  return thrown instanceof StatusError && thrown.code === Code.INVALID_ARGUMENT
    ? invalidArgument(`tensor parsing error: ${alias}`, { cause: thrown })
    : thrown;
}
