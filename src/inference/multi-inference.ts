import type { LoadedModel, SignatureSpec } from '../engines/index.ts';
import { invalidArgument, unimplemented } from '../status/index.ts';
import type { StringTensor } from '../tensor/index.ts';
import { type ExampleResult, exampleResult } from './example-result.ts';
import {
  type ExampleMethod,
  type ExampleTask,
  exampleMethodNames,
  exampleTask,
  taskOutputs,
} from './example-task.ts';
import { checkNotEmpty, type ExamplesInput } from './examples-input.ts';
import { servedAs } from './infer-examples.ts';
import type { InferenceContext } from './inference-context.ts';
import { DerivedCall, type ModelCall } from './model-call.ts';
import { defaultSignatureName } from './model-spec.ts';
import type { InferenceTask } from './multi-inference-request.ts';
import { type BoundInputs, type PredictCall, type PredictResult, predict } from './predict.ts';
import type { ServedModelSpec } from './served-model-spec.ts';

/** What one task is answered with. */
export interface TaskAnswer {
  readonly served: ServedModelSpec;
  /** Not to be read after the reply is made. */
  readonly result: ExampleResult;
}

/** A MultiInference, whatever brings it; see {@link PredictCall}. */
export interface MultiInferenceCall<Reply> extends ModelCall {
  /** Where a client asks, the first one has the `modelSpec`. */
  readonly tasks: readonly InferenceTask[];
  /** `--enable_signature_method_name_check` */
  readonly checkMethodName: boolean;
  readonly input: ExamplesInput;
  /** @param answers in the order of the tasks */
  encode(answers: readonly TaskAnswer[]): Reply | Promise<Reply>;
}

/**
 * MultiInference (spec 6.5): one run answers several tasks about the same Examples.
 *
 * @throws (or rejects with) StatusError in the order of the checks there
 */
export function multiInference<Reply>(
  context: InferenceContext,
  call: MultiInferenceCall<Reply>,
): Reply | Promise<Reply> {
  return predict(context, new MultiInferenceRun(context, call));
}

const methodsByName: ReadonlyMap<string, ExampleMethod> = new Map(
  (['classify', 'regress'] as const).map((method) => [exampleMethodNames[method], method]),
);

class MultiInferenceRun<Reply>
  extends DerivedCall<MultiInferenceCall<Reply>>
  implements PredictCall<Reply>
{
  readonly api = null;
  readonly #context: InferenceContext;
  #tasks: readonly ExampleTask[] = [];
  #examples = 0;

  constructor(context: InferenceContext, call: MultiInferenceCall<Reply>) {
    super(call);
    this.#context = context;
  }

  selectSignature(
    signatures: ReadonlyMap<string, SignatureSpec>,
    model: Pick<LoadedModel, 'combine'>,
  ): SignatureSpec {
    const { tasks, checkMethodName } = this.call;
    const byKey = new Map<string, ExampleTask>();
    for (const { modelSpec, methodName } of tasks) {
      const { name, signatureName } = modelSpec;
      if (name === '') throw invalidArgument('Found ModelSpec with an empty model name.');
      if (name !== tasks[0]!.modelSpec.name) {
        throw invalidArgument(
          'All ModelSpecs in a MultiInferenceRequest must access the same model name.',
        );
      }
      const key = signatureName === '' ? defaultSignatureName : signatureName;
      if (byKey.has(key)) throw invalidArgument(`Duplicate evaluation of signature: ${key}`);
      const signature = signatures.get(key);
      if (signature === undefined) {
        throw invalidArgument(`Requested signature not found in model graph: ${key}`);
      }
      const method = methodsByName.get(methodName);
      if (method === undefined) {
        throw unimplemented(`Unsupported signature method_name: ${methodName}`);
      }
      byKey.set(key, exampleTask(method, signature, checkMethodName));
    }
    this.#tasks = [...byKey.values()];
    return model.combine(this.#tasks.map(({ signature }) => signature));
  }

  bind(signature: SignatureSpec): BoundInputs | Promise<BoundInputs> {
    const examples = this.call.input.tensor(this);
    return examples instanceof Promise
      ? examples.then((tensor) => this.#bound(signature, tensor))
      : this.#bound(signature, examples);
  }

  /** Every input gets all Examples. */
  #bound({ inputs, outputs }: SignatureSpec, examples: StringTensor): BoundInputs {
    checkNotEmpty(examples);
    this.#examples = examples.shape[0]!;
    const wanted = new Set(this.#tasks.flatMap((task) => outputNames(task)));
    const fetches = [...outputs.keys()].filter((index) => wanted.has(outputs[index]!.name));
    return {
      feeds: inputs.map(() => examples),
      fetches: fetches.length === outputs.length ? null : fetches,
      anyDType: true,
    };
  }

  encode({ id, aliases, tensors }: PredictResult): Reply | Promise<Reply> {
    this.#context.observer?.examplesRun('multi_inference', this.modelSpec.name, this.#examples);
    const tensorOf = ({ name }: { readonly name: string }) => tensors[aliases.indexOf(name)]!;
    const answers = this.#tasks.map((task) => ({
      served: servedAs(this.modelSpec, task.signature.key, id),
      result: exampleResult(task, this.#examples, tensorOf),
    }));
    return this.call.encode(answers);
  }
}

function outputNames(task: ExampleTask): string[] {
  return taskOutputs(task).map(({ name }) => name);
}
