import type { SignatureSpec } from '../engines/index.ts';
import type { PendingFill, TensorAllocator, TensorDecodeOptions } from '../tensor/index.ts';
import type { Bytes, Steps } from '../util/index.ts';
import { decodeInput, inputError } from './decode-input.ts';
import { bindNamedInputs } from './named-inputs.ts';
import type { BoundInputs } from './predict.ts';
import type { PredictRequest } from './predict-request.ts';

/** How {@link bindPredictRequest} decodes. */
export interface PredictDecodeOptions extends Omit<TensorDecodeOptions, 'fillLater'> {
  readonly allocator: TensorAllocator;
  /** Looks at what was bound; may throw. */
  readonly check?: (bound: BoundInputs) => void;
}

/** An input that is still to be filled. */
interface InputFill {
  readonly alias: string;
  readonly fill: PendingFill;
}

/**
 * Decodes the inputs of a serialized PredictRequest and binds them to a signature (spec 6.4, steps 4 to
 * 6): at once, or where that would take long in steps, with the same errors in the same order.
 *
 * @throws StatusError (here or in a step) of {@link bindNamedInputs}, {@link decodeInput} and `check`
 */
export function bindPredictRequest(
  signature: SignatureSpec,
  { inputs, outputFilter }: PredictRequest,
  options: PredictDecodeOptions,
): BoundInputs | Steps<BoundInputs> {
  const { allocator, maxFilledBytes, reserve } = options;
  const fills: InputFill[] = [];
  let decoded = '';
  const decodeOptions: TensorDecodeOptions = {
    maxFilledBytes,
    ...(reserve !== undefined && { reserve }),
    fillLater: (fill) => fills.push({ alias: decoded, fill }),
  };
  const decode = (tensorProto: Bytes, alias: string) => {
    decoded = alias;
    return decodeInput(tensorProto, alias, allocator, decodeOptions);
  };
  try {
    const bound = bindNamedInputs(signature, inputs, outputFilter, decode, decode);
    options.check?.(bound);
    return fills.length === 0 ? bound : fillAll(fills, () => bound);
  } catch (error) {
    if (fills.length === 0) throw error;
    // What is wrong with an input before it, which is found only now, counts first.
    return fillAll(fills, () => {
      throw error;
    });
  }
}

function* fillAll(fills: readonly InputFill[], end: () => BoundInputs): Steps<BoundInputs> {
  for (const { alias, fill } of fills) {
    try {
      while (!fill.step()) yield;
    } catch (error) {
      throw inputError(error, alias);
    }
  }
  return end();
}
