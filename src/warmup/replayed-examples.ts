import type {
  ExamplesCall,
  ExamplesInput,
  ExamplesRequest,
  InferenceTask,
  ModelSpec,
  MultiInferenceCall,
  MultiInferenceRequest,
} from '../inference/index.ts';
import { resourceExhausted } from '../status/index.ts';
import type { ReplayOptions } from './replayed-predict.ts';

/** Twice the longest record: a context, which every Example repeats, may ask for far more. */
const mostBytes = 2 ** 32;

/** What the recorded requests about Examples have in common: no deadline, and nobody who wants the answer. */
abstract class Replayed {
  readonly deadline = Number.POSITIVE_INFINITY;
  readonly modelSpec: ModelSpec;
  readonly input: ExamplesInput;
  readonly #options: ReplayOptions;

  constructor(modelSpec: ModelSpec, input: ExamplesInput, options: ReplayOptions) {
    this.modelSpec = modelSpec;
    this.input = input;
    this.#options = options;
  }

  get signal(): AbortSignal | null {
    return this.#options.signal;
  }

  get checkMethodName(): boolean {
    return this.#options.checkMethodName;
  }

  /** Records are few at once: there is nobody to share with. */
  reserve(bytes: number): void {
    if (bytes > mostBytes) {
      throw resourceExhausted(
        `The Examples of a warmup record take ${bytes} bytes, more than the limit of ${mostBytes}`,
      );
    }
  }

  encode(): null {
    return null;
  }
}

/** A recorded Classify or Regress: its signature counts, the model that it names does not. */
export class ReplayedExamples extends Replayed implements ExamplesCall<null> {
  /** @param name that the servable is looked up by; not empty */
  constructor(name: string, { modelSpec, input }: ExamplesRequest, options: ReplayOptions) {
    super(specOf(name, modelSpec?.signatureName ?? ''), input, options);
  }
}

/** A recorded MultiInference, in the same way. */
export class ReplayedMultiInference extends Replayed implements MultiInferenceCall<null> {
  readonly tasks: readonly InferenceTask[];

  /** @param name that the servable is looked up by; not empty */
  constructor(name: string, { tasks, input }: MultiInferenceRequest, options: ReplayOptions) {
    super(specOf(name, ''), input, options);
    this.tasks = tasks;
  }
}

function specOf(name: string, signatureName: string): ModelSpec {
  return { name, version: null, label: null, signatureName };
}
