import { create, toBinary } from '@bufbuild/protobuf';
import {
  type DataType,
  PredictRequestSchema,
  TensorProtoSchema,
  TensorShapeProto_DimSchema,
} from '../proto/index.ts';
import { invalidArgument } from '../status/index.ts';
import { DType, dtypeInfo, type Shape } from '../tensor/index.ts';
import type { MadeInput } from './made-inputs.ts';
import { type ModelChoice, modelPath, modelSpec } from './model-choice.ts';
import type { ApiProtocol } from './open-channel.ts';
import type { PreparedRequest } from './prepared-request.ts';
import { tensorContent } from './tensor-content.ts';

/** What is around the body of every Predict. */
export function predictEnvelope(protocol: ApiProtocol, model: ModelChoice) {
  return protocol === 'rest'
    ? { path: `${modelPath(model)}:predict`, contentType: 'application/json', answer: null }
    : {
        path: '/tensorflow.serving.PredictionService/Predict',
        contentType: 'application/grpc',
        answer: null,
      };
}

/**
 * A Predict of these inputs: over REST in columns, over gRPC as Python's clients write it.
 *
 * @throws StatusError INVALID_ARGUMENT what the protocol cannot say
 */
export function predictRequest(
  protocol: ApiProtocol,
  model: ModelChoice,
  inputs: readonly MadeInput[],
): PreparedRequest {
  const body = protocol === 'rest' ? restBody(model, inputs) : grpcMessage(model, inputs);
  return { ...predictEnvelope(protocol, model), body };
}

function restBody(model: ModelChoice, inputs: readonly MadeInput[]): Uint8Array {
  const columns = Object.fromEntries(inputs.map((input) => [input.alias, nested(input)]));
  return Buffer.from(JSON.stringify({ signature_name: model.signature, inputs: columns }));
}

function nested({ alias, dtype, shape, values }: MadeInput): unknown {
  const { slots, protoName } = dtypeInfo(dtype);
  if (slots > 1) {
    throw invalidArgument(`The input ${alias} is a ${protoName}, which REST cannot say: use gRPC`);
  }
  const element = (at: number): unknown =>
    dtype === DType.BOOL ? values[at] === 1 : (values[at] ?? null);
  return lists(shape, 0, 0, element);
}

/** @param offset of the first element; the lists of a dimension follow each other. */
function lists(
  shape: Shape,
  dimension: number,
  offset: number,
  element: (at: number) => unknown,
): unknown {
  if (dimension === shape.length) return element(offset);
  const stride = shape.slice(dimension + 1).reduce((product, size) => product * size, 1);
  return Array.from({ length: shape[dimension]! }, (_, i) =>
    lists(shape, dimension + 1, offset + i * stride, element),
  );
}

function grpcMessage(model: ModelChoice, inputs: readonly MadeInput[]): Uint8Array {
  const tensors = inputs.map(({ alias, dtype, shape, values }) => [
    alias,
    create(TensorProtoSchema, {
      dtype: dtype as DataType,
      tensorShape: {
        dim: shape.map((size) => create(TensorShapeProto_DimSchema, { size: BigInt(size) })),
      },
      ...(values instanceof Float64Array
        ? { tensorContent: tensorContent(dtype, values) }
        : { stringVal: values.map((text) => Buffer.from(text)) }),
    }),
  ]);
  const request = create(PredictRequestSchema, {
    modelSpec: modelSpec(model),
    inputs: Object.fromEntries(tensors),
  });
  return toBinary(PredictRequestSchema, request);
}
