import type { SignatureSpec } from '../../../engines/index.ts';
import {
  type BoundInputs,
  bindPredictRequest,
  decodeExamplesRequest,
  decodeMultiInferenceRequest,
  decodePredictRequest,
  type ExampleMethod,
  encodePredictResponse,
  encodePredictResponseInSteps,
  type InferenceContext,
  inferExamples,
  isLargeResponse,
  LogField,
  type ModelSpec,
  multiInference,
  type PredictCall,
  type PredictRequest,
  type PredictResult,
  predict,
  selectPredictSignature,
} from '../../../inference/index.ts';
import { PredictionService } from '../../../proto/index.ts';
import type { TensorAllocator } from '../../../tensor/index.ts';
import { pace } from '../../../util/index.ts';
import { observed, type RequestObserver } from '../../request-observer.ts';
import { frameHeaderLength } from '../frame.ts';
import type { CallContext, GrpcService, UnaryMethod } from '../method.ts';
import { GrpcExamples, GrpcMultiInference } from './examples-calls.ts';
import { getModelMetadata } from './get-model-metadata.ts';
import { loggedMethod } from './logged-method.ts';
import { missingModelSpec } from './messages.ts';

/** How {@link predictionService} serves. */
export interface PredictionServiceOptions {
  /** `--enable_serialization_as_tensor_content`: outputs as tensor_content, not typed lists. */
  readonly asTensorContent: boolean;
  /** `--enable_signature_method_name_check` */
  readonly checkMethodName: boolean;
  /**
   * The most bytes that one input may take whose values its message does not carry (a short one
   * can ask for any number of elements); by default `defaultMaxFilledBytes` of the tensor room.
   */
  readonly maxFilledBytes: number;
  readonly observer?: RequestObserver;
}

/** `tensorflow.serving.PredictionService` over the models that `context` leads to (spec 6). */
export function predictionService(
  context: InferenceContext,
  options: PredictionServiceOptions,
): GrpcService {
  return {
    descriptor: PredictionService,
    methods: {
      Predict: loggedMethod(context.requestLog, LogField.PREDICT, {
        kind: 'unary',
        hasHeaderRoom: true,
        handle: (message, call) => {
          const request = decodePredictRequest(message);
          const { modelSpec } = request;
          return observed(options.observer, 'Predict', modelSpec?.name ?? '', () => {
            if (modelSpec === null) throw missingModelSpec();
            return predict(context, new GrpcPredict(request, modelSpec, call, options));
          });
        },
      }),
      GetModelMetadata: {
        kind: 'unary',
        handle: (message) => getModelMetadata(context, message),
      },
      Classify: examplesMethod(context, 'classify', options),
      Regress: examplesMethod(context, 'regress', options),
      MultiInference: loggedMethod(context.requestLog, LogField.MULTI_INFERENCE, {
        kind: 'unary',
        hasHeaderRoom: true,
        handle: (message, call) => {
          const request = decodeMultiInferenceRequest(message);
          return multiInference(context, new GrpcMultiInference(request, call, options));
        },
      }),
    },
  };
}

function examplesMethod(
  context: InferenceContext,
  method: ExampleMethod,
  options: PredictionServiceOptions,
): UnaryMethod {
  const field = method === 'classify' ? LogField.CLASSIFY : LogField.REGRESS;
  return loggedMethod(context.requestLog, field, {
    kind: 'unary',
    hasHeaderRoom: true,
    handle: (message, call) => {
      const { modelSpec, input } = decodeExamplesRequest(message);
      const api = method === 'classify' ? 'Classify' : 'Regress';
      return observed(options.observer, api, modelSpec?.name ?? '', () => {
        if (modelSpec === null) throw missingModelSpec();
        return inferExamples(context, method, new GrpcExamples(modelSpec, input, call, options));
      });
    },
  });
}

/** One Predict by the rules of spec 6.4. Its reply has room for the header of its frame. */
class GrpcPredict implements PredictCall<Uint8Array> {
  readonly modelSpec: ModelSpec;
  readonly #request: PredictRequest;
  readonly #call: CallContext;
  readonly #options: PredictionServiceOptions;

  constructor(
    request: PredictRequest,
    modelSpec: ModelSpec,
    call: CallContext,
    options: PredictionServiceOptions,
  ) {
    this.modelSpec = modelSpec;
    this.#request = request;
    this.#call = call;
    this.#options = options;
  }

  get deadline(): number {
    return this.#call.deadline;
  }

  /** Asked for only where somebody waits: a call that is answered at once has no signal. */
  get signal(): AbortSignal {
    return this.#call.signal;
  }

  reserve(bytes: number): void {
    this.#call.reserve(bytes);
  }

  selectSignature(signatures: ReadonlyMap<string, SignatureSpec>): SignatureSpec {
    const { signatureName } = this.modelSpec;
    return selectPredictSignature(signatures, signatureName, this.#options.checkMethodName);
  }

  bind(signature: SignatureSpec, allocator: TensorAllocator): BoundInputs | Promise<BoundInputs> {
    const bound = bindPredictRequest(signature, this.#request, {
      allocator,
      maxFilledBytes: this.#options.maxFilledBytes,
      reserve: (bytes) => this.#call.reserve(bytes),
    });
    return 'feeds' in bound ? bound : pace(bound, this.#call);
  }

  encode({ id, signature, aliases, tensors }: PredictResult): Uint8Array | Promise<Uint8Array> {
    const { name } = this.modelSpec;
    const served = { name, signatureName: signature.key, version: id.version };
    const response = [served, aliases, tensors, this.#options, frameHeaderLength] as const;
    return isLargeResponse(tensors)
      ? pace(encodePredictResponseInSteps(...response), this.#call)
      : encodePredictResponse(...response);
  }
}
