import type { ServableId } from '../core/index.ts';
import type { SignatureSpec } from '../engines/index.ts';
import { invalidArgument } from '../status/index.ts';
import type { StringTensor } from '../tensor/index.ts';
import { type ExampleResult, exampleResult } from './example-result.ts';
import { type ExampleMethod, type ExampleTask, exampleTask, taskOutputs } from './example-task.ts';
import { checkNotEmpty, type ExamplesInput } from './examples-input.ts';
import type { InferenceContext } from './inference-context.ts';
import { DerivedCall, type ModelCall } from './model-call.ts';
import { defaultSignatureName, type ModelSpec } from './model-spec.ts';
import { type BoundInputs, type PredictCall, type PredictResult, predict } from './predict.ts';
import type { ServedModelSpec } from './served-model-spec.ts';

/** What a request about Examples is, whatever its protocol; see {@link PredictCall}. */
export interface ExamplesCall<Reply> extends ModelCall {
  /** `--enable_signature_method_name_check` */
  readonly checkMethodName: boolean;
  readonly input: ExamplesInput;
  /** @param result not to be read after the reply is made */
  encode(served: ServedModelSpec, result: ExampleResult): Reply | Promise<Reply>;
}

/**
 * Classify or Regress (spec 6.3): one run of a signature on a vector of Examples. What is held
 * meanwhile, and given back, is {@link predict}'s.
 *
 * @throws (or rejects with) StatusError in the order of the checks there
 */
export function inferExamples<Reply>(
  context: InferenceContext,
  method: ExampleMethod,
  call: ExamplesCall<Reply>,
): Reply | Promise<Reply> {
  return predict(context, new ExamplesRun(context, method, call));
}

class ExamplesRun<Reply> extends DerivedCall<ExamplesCall<Reply>> implements PredictCall<Reply> {
  readonly #context: InferenceContext;
  readonly #method: ExampleMethod;
  #task: ExampleTask | null = null;
  #examples = 0;

  constructor(context: InferenceContext, method: ExampleMethod, call: ExamplesCall<Reply>) {
    super(call);
    this.#context = context;
    this.#method = method;
  }

  get api(): string {
    return this.#method === 'classify' ? 'Classify' : 'Regress';
  }

  selectSignature(signatures: ReadonlyMap<string, SignatureSpec>): SignatureSpec {
    const { modelSpec, checkMethodName } = this.call;
    const key = modelSpec.signatureName === '' ? defaultSignatureName : modelSpec.signatureName;
    const signature = signatures.get(key);
    if (signature === undefined) {
      throw invalidArgument(`No signature was found with the name: ${key}`);
    }
    this.#task = exampleTask(this.#method, signature, checkMethodName);
    return signature;
  }

  bind(): BoundInputs | Promise<BoundInputs> {
    const examples = this.call.input.tensor(this);
    return examples instanceof Promise
      ? examples.then((tensor) => this.#bound(tensor))
      : this.#bound(examples);
  }

  #bound(examples: StringTensor): BoundInputs {
    checkNotEmpty(examples);
    this.#examples = examples.shape[0]!;
    const task = this.#task!;
    const { outputs } = task.signature;
    const wanted = taskOutputs(task);
    const fetches =
      wanted.length === outputs.length ? null : wanted.map((output) => outputs.indexOf(output));
    return { feeds: [examples], fetches, anyDType: true };
  }

  encode({ id, signature, aliases, tensors }: PredictResult): Reply | Promise<Reply> {
    this.#context.observer?.examplesRun(this.#method, this.modelSpec.name, this.#examples);
    const tensorOf = ({ alias }: { readonly alias: string }) => tensors[aliases.indexOf(alias)]!;
    const result = exampleResult(this.#task!, this.#examples, tensorOf);
    return this.call.encode(servedAs(this.modelSpec, signature.key, id), result);
  }
}

/** The model spec of a reply. */
export function servedAs(
  { name }: ModelSpec,
  signatureName: string,
  { version }: ServableId,
): ServedModelSpec {
  return { name, signatureName, version };
}
