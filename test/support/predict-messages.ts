import type { MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { PredictRequestSchema, PredictResponseSchema } from '../../src/proto/index.ts';
import { DType } from '../../src/tensor/index.ts';

/** A PredictRequest that feeds a vector of floats to the input `x`. */
export function floatVectorRequest(
  name: string,
  values: readonly number[],
  version?: bigint,
): MessageInitShape<typeof PredictRequestSchema> {
  return {
    modelSpec: {
      name,
      ...(version === undefined
        ? {}
        : { versionChoice: { case: 'version', value: { value: version } } as never }),
    },
    inputs: {
      x: {
        dtype: DType.FLOAT,
        tensorShape: { dim: [{ size: BigInt(values.length) }] },
        floatVal: [...values],
      },
    },
  };
}

/** The floats of one output of a PredictResponse. */
export function floatOutput(
  response: MessageShape<typeof PredictResponseSchema>,
  alias: string,
): readonly number[] {
  const tensor = response.outputs[alias];
  if (tensor === undefined) throw new Error(`no output ${alias}`);
  return tensor.floatVal;
}
