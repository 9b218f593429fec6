import {
  type ExampleResult,
  type ExamplesCall,
  type ExamplesInput,
  encodeExampleResponse,
  encodeMultiInferenceResponse,
  type InferenceTask,
  type ModelSpec,
  type MultiInferenceCall,
  type MultiInferenceRequest,
  type ServedModelSpec,
  type TaskAnswer,
} from '../../../inference/index.ts';
import { pace } from '../../../util/index.ts';
import { frameHeaderLength } from '../frame.ts';
import type { CallContext } from '../method.ts';

/** What both kinds of call below have of theirs. Replies have room for the header of their frame. */
abstract class GrpcCallOnExamples {
  readonly checkMethodName: boolean;
  protected readonly call: CallContext;

  constructor(call: CallContext, { checkMethodName }: { readonly checkMethodName: boolean }) {
    this.checkMethodName = checkMethodName;
    this.call = call;
  }

  get deadline(): number {
    return this.call.deadline;
  }

  /** Asked for only where somebody waits: a call that is answered at once has no signal. */
  get signal(): AbortSignal {
    return this.call.signal;
  }

  reserve(bytes: number): void {
    this.call.reserve(bytes);
  }
}

/** One Classify or Regress (spec 6.3). */
export class GrpcExamples extends GrpcCallOnExamples implements ExamplesCall<Uint8Array> {
  readonly modelSpec: ModelSpec;
  readonly input: ExamplesInput;

  constructor(
    modelSpec: ModelSpec,
    input: ExamplesInput,
    call: CallContext,
    options: { readonly checkMethodName: boolean },
  ) {
    super(call, options);
    this.modelSpec = modelSpec;
    this.input = input;
  }

  encode(served: ServedModelSpec, result: ExampleResult): Uint8Array | Promise<Uint8Array> {
    return pace(encodeExampleResponse(served, result, frameHeaderLength), this);
  }
}

/** One MultiInference (spec 6.5). */
export class GrpcMultiInference
  extends GrpcCallOnExamples
  implements MultiInferenceCall<Uint8Array>
{
  readonly modelSpec: ModelSpec;
  readonly tasks: readonly InferenceTask[];
  readonly input: ExamplesInput;

  constructor(
    { modelSpec, tasks, input }: MultiInferenceRequest,
    call: CallContext,
    options: { readonly checkMethodName: boolean },
  ) {
    super(call, options);
    this.modelSpec = modelSpec;
    this.tasks = tasks;
    this.input = input;
  }

  encode(answers: readonly TaskAnswer[]): Uint8Array | Promise<Uint8Array> {
    return pace(encodeMultiInferenceResponse(answers, frameHeaderLength), this);
  }
}
