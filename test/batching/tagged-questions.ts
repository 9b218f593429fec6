import assert from 'node:assert/strict';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  PredictRequestSchema,
  type PredictResponse,
  PredictResponseSchema,
  type TensorProto,
} from '../../src/proto/index.ts';
import { DType } from '../../src/tensor/index.ts';

/** An answer as both protocols give it: the values of each output, row by row. */
export type Outputs = ReadonlyMap<string, readonly unknown[]>;

/** A request whose values nobody else sends, and what is to come of it. */
export interface TaggedQuestion {
  readonly path: string;
  readonly rest: string;
  readonly grpc: Buffer;
  readonly fails: boolean;
  /** @throws AssertionError unless these are the outputs for the values of this request. */
  check(outputs: Outputs): void;
  /** Whether this is the error for the values of this request. */
  isOwnError(text: string): boolean;
}

const neverFails = { fails: false, isOwnError: () => false };
const neverAnswered = { fails: true, check: () => assert.fail('it was answered') };

/** Texts of numbers, of which the model `string_tools` makes numbers and other texts: it fails for anything else. */
export function numbersQuestion(
  texts: readonly string[],
  filter: readonly ('text' | 'value')[],
): TaggedQuestion {
  const bad = texts.find((text) => Number.isNaN(Number(text)));
  const message = create(PredictRequestSchema, {
    modelSpec: { name: 'string_tools', signatureName: 'numbers' },
    inputs: {
      number: {
        dtype: DType.STRING,
        tensorShape: { dim: [{ size: BigInt(texts.length) }] },
        stringVal: texts.map((text) => Buffer.from(text)),
      },
    },
    outputFilter: [...filter],
  });
  const sent = {
    path: '/v1/models/string_tools:predict',
    rest: JSON.stringify({ signature_name: 'numbers', instances: texts }),
    grpc: Buffer.from(toBinary(PredictRequestSchema, message)),
  };
  if (bad !== undefined) {
    const says = 'StringToNumberOp could not correctly convert string: ';
    // What follows is told on another line.
    const isOwnError = (text: string) => text.split(says)[1]?.split(/\s/)[0] === bad;
    return { ...sent, ...neverAnswered, isOwnError };
  }
  return {
    ...sent,
    ...neverFails,
    check: (outputs) => {
      const numbers = texts.map(Number);
      if (outputs.has('value')) assert.deepEqual(outputs.get('value'), numbers);
      const exact = numbers.map((number) => number.toFixed(3));
      if (outputs.has('text')) assert.deepEqual(outputs.get('text'), exact);
    },
  };
}

/** Rows of equal length, which the model `multi_signature` gives back; batches may pad them with a first element. */
export function echoQuestion(rows: readonly (readonly number[])[]): TaggedQuestion {
  const width = rows[0]!.length;
  const message = create(PredictRequestSchema, {
    modelSpec: { name: 'multi_signature', signatureName: 'echo_int32' },
    inputs: { x: int32s([rows.length, width], rows.flat()) },
  });
  return {
    path: '/v1/models/multi_signature:predict',
    rest: JSON.stringify({ signature_name: 'echo_int32', instances: rows }),
    grpc: Buffer.from(toBinary(PredictRequestSchema, message)),
    ...neverFails,
    check: (outputs) => {
      const answer = outputs.get('x') as readonly (readonly number[])[];
      assert.equal(answer.length, rows.length);
      for (const [i, row] of rows.entries()) {
        assert.deepEqual(answer[i]!.slice(0, width), row);
        const padding = answer[i]!.slice(width);
        if (padding.length === 0) continue;
        // Where the request was cut, that of the piece.
        assert.ok(rows.slice(0, i + 1).some(([first]) => first === padding[0]));
        assert.deepEqual(padding, new Array(padding.length).fill(padding[0]));
      }
    },
  };
}

/** Texts of any length, which the model `multi_signature` gives back. */
export function textsQuestion(texts: readonly string[]): TaggedQuestion {
  const message = create(PredictRequestSchema, {
    modelSpec: { name: 'multi_signature', signatureName: 'echo_string' },
    inputs: {
      x: {
        ...shaped(DType.STRING, [texts.length]),
        stringVal: texts.map((text) => Buffer.from(text)),
      },
    },
  });
  return {
    path: '/v1/models/multi_signature:predict',
    rest: JSON.stringify({ signature_name: 'echo_string', instances: texts }),
    grpc: Buffer.from(toBinary(PredictRequestSchema, message)),
    ...neverFails,
    check: (outputs) => assert.deepEqual(outputs.get('x'), texts),
  };
}

/** One whose inputs differ in rows, or have none at all. */
export function shapelessQuestion(tag: number, isScalar: boolean): TaggedQuestion {
  const name = 'multi_signature';
  const signatureName = isScalar ? 'echo_int32' : 'add';
  const message = create(PredictRequestSchema, {
    modelSpec: { name, signatureName },
    inputs: isScalar
      ? { x: int32s([], [tag]) }
      : { a: floats([2], [tag, tag]), b: floats([3], [tag, tag, tag]) },
  });
  const error = isScalar
    ? 'Batching Run() input tensors must have at least one dimension'
    : 'Batching Run() input tensors must have equal 0th-dimension size';
  return {
    path: `/v1/models/${name}:predict`,
    rest: JSON.stringify({
      signature_name: signatureName,
      inputs: isScalar ? tag : { a: [tag, tag], b: [tag, tag, tag] },
    }),
    grpc: Buffer.from(toBinary(PredictRequestSchema, message)),
    ...neverAnswered,
    isOwnError: (text) => text.endsWith(error),
  };
}

/** What a reply over REST says. */
export function restOutputs(question: TaggedQuestion, body: Buffer): Outputs {
  const { predictions } = JSON.parse(body.toString()) as { predictions: unknown[] };
  const outputs = new Map<string, unknown[]>();
  if (question.path.includes('multi_signature')) return outputs.set('x', predictions);
  for (const row of predictions as Readonly<Record<string, unknown>>[]) {
    for (const [alias, value] of Object.entries(row)) {
      const values = outputs.get(alias) ?? [];
      values.push(value);
      outputs.set(alias, values);
    }
  }
  return outputs;
}

/** What a reply over gRPC says. */
export function grpcOutputs(message: Buffer): Outputs {
  const { outputs }: PredictResponse = fromBinary(PredictResponseSchema, message);
  return new Map(Object.entries(outputs).map(([alias, tensor]) => [alias, valuesOf(tensor)]));
}

function valuesOf({ dtype, stringVal, floatVal, intVal, int64Val, tensorShape }: TensorProto) {
  switch (dtype) {
    case DType.STRING:
      return stringVal.map((bytes) => Buffer.from(bytes).toString());
    case DType.FLOAT:
      return floatVal;
    case DType.INT64:
      return int64Val;
    default: {
      const [rows, width] = tensorShape!.dim.map(({ size }) => Number(size)) as [number, number];
      return Array.from({ length: rows }, (_, i) => intVal.slice(i * width, (i + 1) * width));
    }
  }
}

const shaped = (dtype: DType, shape: readonly number[]) => ({
  dtype,
  tensorShape: { dim: shape.map((size) => ({ size: BigInt(size) })) },
});

const int32s = (shape: readonly number[], intVal: number[]) => ({
  ...shaped(DType.INT32, shape),
  intVal,
});

const floats = (shape: readonly number[], floatVal: number[]) => ({
  ...shaped(DType.FLOAT, shape),
  floatVal,
});
