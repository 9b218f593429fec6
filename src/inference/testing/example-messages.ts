import { create, toBinary } from '@bufbuild/protobuf';
import {
  ClassificationRequestSchema,
  type Example,
  ExampleSchema,
  FeatureSchema,
  type Input,
  InputSchema,
  MultiInferenceRequestSchema,
} from '../../proto/index.ts';

/** Integers are a list of int64, numbers one of floats, texts one of bytes. */
export type FeatureValues = readonly bigint[] | readonly number[] | readonly string[];

/** A tf.Example by the names of its features. */
export function exampleMessage(features: Readonly<Record<string, FeatureValues>>): Example {
  const feature = Object.fromEntries(
    Object.entries(features).map(([name, values]) => [name, featureMessage(values)]),
  );
  return create(ExampleSchema, { features: { feature } });
}

function featureMessage(values: FeatureValues) {
  switch (typeof values[0]) {
    case 'bigint':
      return create(FeatureSchema, {
        kind: { case: 'int64List', value: { value: values as bigint[] } },
      });
    case 'number':
      return create(FeatureSchema, {
        kind: { case: 'floatList', value: { value: values as number[] } },
      });
    case 'string': {
      const value = (values as string[]).map((text) => Buffer.from(text));
      return create(FeatureSchema, { kind: { case: 'bytesList', value: { value } } });
    }
    default:
      return create(FeatureSchema, {});
  }
}

/** An Input with these Examples, in a list with a context if there is one. */
export function inputMessage(examples: readonly Example[], context?: Example): Input {
  return context === undefined
    ? create(InputSchema, { kind: { case: 'exampleList', value: { examples: [...examples] } } })
    : create(InputSchema, {
        kind: { case: 'exampleListWithContext', value: { examples: [...examples], context } },
      });
}

export const serializedExample = (example: Example) =>
  Buffer.from(toBinary(ExampleSchema, example));

/** A ClassificationRequest, or the RegressionRequest of the same bytes; of the model `m`. */
export function examplesRequestMessage(signatureName: string, input?: Input) {
  const modelSpec = { name: 'm', signatureName };
  return create(
    ClassificationRequestSchema,
    input === undefined ? { modelSpec } : { modelSpec, input },
  );
}

/** A MultiInferenceRequest of tasks `method:signature`, for the model `m`. */
export function multiInferenceMessage(tasks: readonly string[], input?: Input) {
  const inits = tasks.map((task) => {
    const [method, signatureName = ''] = task.split(':');
    return { modelSpec: { name: 'm', signatureName }, methodName: `tensorflow/serving/${method}` };
  });
  return create(
    MultiInferenceRequestSchema,
    input === undefined ? { tasks: inits } : { tasks: inits, input },
  );
}
