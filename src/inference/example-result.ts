import type { TensorSpec } from '../engines/index.ts';
import { invalidArgument } from '../status/index.ts';
import { DType, dtypeInfo, type StringTensor, shapeText, type Tensor } from '../tensor/index.ts';
import type { ExampleTask } from './example-task.ts';

/** A label and a score for each class of each example; labels or scores may be missing. */
export interface ClassificationResult {
  readonly method: 'classify';
  readonly examples: number;
  /** Classes of each example. */
  readonly classes: number;
  /** Of shape [examples, classes]. */
  readonly labels: StringTensor | null;
  /** `examples × classes` of them. */
  readonly scores: Float32Array | null;
}

/** A value for each example. */
export interface RegressionResult {
  readonly method: 'regress';
  readonly values: Float32Array;
}

/** What a task answers with. It views the engine's memory, like the tensors that it was made of. */
export type ExampleResult = ClassificationResult | RegressionResult;

/**
 * Makes a task's answer of the outputs of its run (spec 6.3).
 *
 * @param tensorOf the tensor that was fetched for an output of the task
 * @throws StatusError INVALID_ARGUMENT for outputs that do not fit, in the order of the checks there
 */
export function exampleResult(
  task: ExampleTask,
  examples: number,
  tensorOf: (output: TensorSpec) => Tensor,
): ExampleResult {
  if (task.method === 'regress') return regression(tensorOf(task.values), examples);
  const { classes, scores } = task;
  return classification(
    classes === null ? null : tensorOf(classes),
    scores === null ? null : tensorOf(scores),
    examples,
  );
}

function classification(
  classes: Tensor | null,
  scores: Tensor | null,
  examples: number,
): ClassificationResult {
  if (classes !== null) checkClassTensor('classes', classes, DType.STRING, examples);
  if (scores !== null) checkClassTensor('scores', scores, DType.FLOAT, examples);
  const count = (classes ?? scores)!.shape[1]!;
  if (scores !== null && scores.shape[1] !== count) {
    throw invalidArgument(
      'Tensors class and score should match in dim_size(1). ' +
        `Got ${count} vs. ${scores.shape[1]}`,
    );
  }
  return {
    method: 'classify',
    examples,
    classes: count,
    labels: classes as StringTensor | null,
    scores: scores === null ? null : floatsOf(scores),
  };
}

function checkClassTensor(
  what: 'classes' | 'scores',
  { dtype, shape }: Tensor,
  expected: DType,
  examples: number,
): void {
  if (shape.length !== 2) {
    throw invalidArgument(
      `Expected Tensor shape: [batch_size num_classes] but got ${shapeText(shape)}`,
    );
  }
  if (dtype !== expected) {
    throw invalidArgument(
      `Expected ${what} Tensor of ${protoName(expected)}. Got: ${protoName(dtype)}`,
    );
  }
  if (shape[0] !== examples) {
    throw invalidArgument(`Expected ${what} output batch size of ${examples}. Got: ${shape[0]}`);
  }
}

function regression(tensor: Tensor, examples: number): RegressionResult {
  const { dtype, shape } = tensor;
  if (shape.length !== 1 && (shape.length !== 2 || shape[1] !== 1)) {
    throw invalidArgument(
      'Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got ' +
        shapeText(shape),
    );
  }
  if (shape[0] !== examples) {
    throw invalidArgument(
      `Input batch size did not match output batch size: ${examples} vs. ${shape[0]}`,
    );
  }
  if (dtype !== DType.FLOAT) {
    throw invalidArgument(`Expected output Tensor of DT_FLOAT.  Got: ${protoName(dtype)}`);
  }
  return { method: 'regress', values: floatsOf(tensor) };
}

function floatsOf(tensor: Tensor): Float32Array {
  return (tensor as Tensor & { readonly data: Float32Array }).data;
}

function protoName(dtype: DType): string {
  return dtypeInfo(dtype).protoName;
}
