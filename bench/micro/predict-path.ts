import assert from 'node:assert/strict';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  decodeInput,
  decodePredictRequest,
  encodePredictResponse,
} from '../../src/inference/index.ts';
import { PredictRequestSchema } from '../../src/proto/index.ts';
import {
  DType,
  defaultMaxFilledBytes,
  heapAllocator,
  type NumericTensor,
} from '../../src/tensor/index.ts';
import type { MicroPath } from './micro-path.ts';

const options = { maxFilledBytes: defaultMaxFilledBytes };
/** Calls after which V8 has compiled for good what they call. */
const compiledAfter = 4000;
const spec = { name: 'half_plus_two', signatureName: 'serving_default', version: 123n };

/** Decoding of a PredictRequest with one tensor of floats into memory that is there, as an engine's is. */
export function predictRequestPath(
  calls: number,
  values: Float32Array,
  asTensorContent: boolean,
): MicroPath {
  return {
    unit: 'request',
    unitsPerCall: 1,
    calls,
    prepare() {
      const decoderOf = (floats: Float32Array) => {
        const message = requestMessage(floats, asTensorContent);
        const tensor = heapAllocator.allocate(DType.FLOAT, [floats.length]);
        const allocator = { allocate: () => tensor };
        return () => {
          const { inputs } = decodePredictRequest(message);
          return decodeInput(inputs.get('x')!, 'x', allocator, options) as NumericTensor;
        };
      };
      const small = decoderOf(Float32Array.of(1, 2, 3));
      for (let i = 0; i < compiledAfter; i++) small();
      const decode = decoderOf(values);
      assert.deepEqual(decode().data, values);
      return decode;
    },
  };
}

function requestMessage(values: Float32Array, asTensorContent: boolean): Uint8Array {
  const x = {
    dtype: DType.FLOAT,
    tensorShape: { dim: [{ size: BigInt(values.length) }] },
    ...(asTensorContent
      ? { tensorContent: new Uint8Array(values.buffer) }
      : { floatVal: [...values] }),
  };
  return toBinary(
    PredictRequestSchema,
    create(PredictRequestSchema, { modelSpec: { name: spec.name }, inputs: { x } }),
  );
}

/** Writing of a PredictResponse with one tensor of floats, room for the frame before it. */
export function predictResponsePath(
  calls: number,
  values: Float32Array,
  asTensorContent: boolean,
): MicroPath {
  return {
    unit: 'response',
    unitsPerCall: 1,
    calls,
    prepare() {
      const encoderOf = (floats: Float32Array) => {
        const tensor = heapAllocator.allocate(DType.FLOAT, [floats.length]);
        (tensor.data as Float32Array).set(floats);
        return () => encodePredictResponse(spec, ['y'], [tensor], { asTensorContent }, 5);
      };
      const small = encoderOf(Float32Array.of(1, 2, 3));
      for (let i = 0; i < compiledAfter; i++) small();
      const encode = encoderOf(values);
      assert.ok(encode().length > values.byteLength);
      return encode;
    },
  };
}
