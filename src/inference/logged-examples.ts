import type { StringTensor } from '../tensor/index.ts';
import { encodeExamplesRequest } from './encode-examples-request.ts';
import { encodeExampleResponse } from './example-response.ts';
import type { ExampleResult } from './example-result.ts';
import type { ExampleMethod } from './example-task.ts';
import type { ExamplesInput, ExamplesReader } from './examples-input.ts';
import { type ExamplesCall, inferExamples } from './infer-examples.ts';
import type { InferenceContext } from './inference-context.ts';
import { DerivedCall } from './model-call.ts';
import { onceMade } from './once-made.ts';
import { LogField, type RequestSample } from './request-log.ts';
import type { ServedModelSpec } from './served-model-spec.ts';

const fields = { classify: LogField.CLASSIFY, regress: LogField.REGRESS } as const;

/**
 * {@link inferExamples} for protocols whose requests and replies are no protobuf messages: what is to
 * be logged is made of the Examples and the result, only for a request that is logged.
 */
export function inferExamplesLogged<Reply>(
  context: InferenceContext,
  method: ExampleMethod,
  call: ExamplesCall<Reply>,
): Reply | Promise<Reply> {
  const log = context.requestLog;
  const sample = log?.isActive === true ? log.sample(call.modelSpec.name) : null;
  const made = sample === null ? call : new LoggedExamples(method, call, sample);
  return inferExamples(context, method, made);
}

/** Keeps its Examples until its reply is made, which is when both are logged. */
class LoggedExamples<Reply>
  extends DerivedCall<ExamplesCall<Reply>>
  implements ExamplesCall<Reply>, ExamplesInput
{
  readonly input: ExamplesInput = this;
  readonly #method: ExampleMethod;
  readonly #sample: RequestSample;
  #examples: StringTensor | null = null;

  constructor(method: ExampleMethod, call: ExamplesCall<Reply>, sample: RequestSample) {
    super(call);
    this.#method = method;
    this.#sample = sample;
  }

  get checkMethodName(): boolean {
    return this.call.checkMethodName;
  }

  tensor(reader: ExamplesReader): StringTensor | Promise<StringTensor> {
    const examples = this.call.input.tensor(reader);
    return examples instanceof Promise
      ? examples.then((tensor) => this.#keep(tensor))
      : this.#keep(examples);
  }

  #keep(examples: StringTensor): StringTensor {
    this.#examples = examples;
    return examples;
  }

  encode(served: ServedModelSpec, result: ExampleResult): Reply | Promise<Reply> {
    return onceMade(this.call.encode(served, result), () => this.#log(served, result));
  }

  #log(served: ServedModelSpec, result: ExampleResult): void {
    const { name, version, label } = this.modelSpec;
    const { signatureName } = served;
    const request = encodeExamplesRequest({ name, version, label, signatureName }, this.#examples!);
    const steps = encodeExampleResponse(served, result, 0);
    for (;;) {
      const step = steps.next();
      if (step.done !== true) continue;
      this.#sample.add(fields[this.#method], request, step.value);
      return;
    }
  }
}
