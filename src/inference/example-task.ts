import type { SignatureSpec, TensorSpec } from '../engines/index.ts';
import { invalidArgument } from '../status/index.ts';
import { signatureText } from './signature-text.ts';

/** The two questions that a model is asked about Examples (spec 6.3). */
export type ExampleMethod = 'classify' | 'regress';

/** What signatures and tasks call the methods. */
export const exampleMethodNames: Readonly<Record<ExampleMethod, string>> = {
  classify: 'tensorflow/serving/classify',
  regress: 'tensorflow/serving/regress',
};

/** A signature as one of the methods uses it. */
export type ExampleTask =
  | {
      readonly method: 'classify';
      readonly signature: SignatureSpec;
      readonly input: TensorSpec;
      /** Not both are null. */
      readonly classes: TensorSpec | null;
      readonly scores: TensorSpec | null;
    }
  | {
      readonly method: 'regress';
      readonly signature: SignatureSpec;
      readonly input: TensorSpec;
      readonly values: TensorSpec;
    };

/**
 * Finds in a signature what a method needs, in the order of the checks of spec 6.3.
 *
 * @param checkMethodName `--enable_signature_method_name_check`
 * @throws StatusError INVALID_ARGUMENT
 */
export function exampleTask(
  method: ExampleMethod,
  signature: SignatureSpec,
  checkMethodName: boolean,
): ExampleTask {
  const kind = method === 'classify' ? 'classification' : 'regression';
  const { inputs, outputs, methodName } = signature;
  const expected = exampleMethodNames[method];
  if (checkMethodName && methodName !== expected) {
    throw invalidArgument(
      `Expected ${kind} signature method_name to be ${expected}. Was: ${methodName}`,
    );
  }
  if (inputs.length !== 1) throw invalidArgument('Expected one input Tensor.');
  if (method === 'classify' && outputs.length !== 1 && outputs.length !== 2) {
    throw invalidArgument(`Expected one or two output Tensors, found ${outputs.length}`);
  }
  if (method === 'regress' && outputs.length !== 1) {
    throw invalidArgument('Expected one output Tensor.');
  }
  const input = named(inputs, 'inputs');
  if (input === null) {
    throw invalidArgument(`No ${kind} inputs found in SignatureDef: ${signatureText(signature)}`);
  }
  if (method === 'classify') {
    const classes = named(outputs, 'classes');
    const scores = named(outputs, 'scores');
    if (classes === null && scores === null) {
      throw invalidArgument(
        'Expected classification signature outputs to contain at least one of "classes" or ' +
          `"scores". Signature was: ${signatureText(signature)}`,
      );
    }
    return { method, signature, input, classes, scores };
  }
  const values = named(outputs, 'outputs');
  if (values === null) {
    throw invalidArgument(`No ${kind} outputs found in SignatureDef: ${signatureText(signature)}`);
  }
  return { method, signature, input, values };
}

function named(specs: readonly TensorSpec[], alias: string): TensorSpec | null {
  return specs.find((spec) => spec.alias === alias) ?? null;
}

/** The outputs that a task reads, in the order of the signature. */
export function taskOutputs(task: ExampleTask): readonly TensorSpec[] {
  if (task.method === 'regress') return [task.values];
  return [task.classes, task.scores].filter((spec) => spec !== null);
}
