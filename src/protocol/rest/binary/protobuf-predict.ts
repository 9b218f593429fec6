import type { SignatureSpec } from '../../../engines/index.ts';
import {
  type BoundInputs,
  bindPredictRequest,
  decodePredictRequest,
  type ModelSpec,
  type PredictCall,
  type PredictRequest,
  type PredictResult,
  selectPredictSignature,
} from '../../../inference/index.ts';
import type { TensorAllocator } from '../../../tensor/index.ts';
import { pace } from '../../../util/index.ts';
import type { RestReply, RestRequest } from '../exchange.ts';
import type { RestHandlerOptions } from '../options.ts';
import type { RouteModel } from '../route.ts';
import { agreedModelSpec } from './agreed-model-spec.ts';
import { checkReply, type ReplyForm, writeReply } from './write-reply.ts';

/** A predict whose body is a serialized PredictRequest: inputs by the rules of gRPC (spec 6.4). */
export class ProtobufPredict implements PredictCall<RestReply> {
  readonly modelSpec: ModelSpec;
  readonly deadline: number;
  readonly #options: RestHandlerOptions;
  readonly #request: RestRequest;
  readonly #form: ReplyForm;
  readonly #message: PredictRequest;

  /** @throws StatusError INVALID_ARGUMENT where the body is no PredictRequest for that path */
  constructor(
    options: RestHandlerOptions,
    request: RestRequest,
    model: RouteModel,
    deadline: number,
    form: ReplyForm,
  ) {
    this.deadline = deadline;
    this.#options = options;
    this.#request = request;
    this.#form = form;
    this.#message = decodePredictRequest(request.body);
    this.modelSpec = agreedModelSpec(model, this.#message.modelSpec);
  }

  /** Asked for only where somebody waits. */
  get signal(): AbortSignal {
    return this.#request.signal;
  }

  reserve(bytes: number): void {
    this.#request.reserve(bytes);
  }

  selectSignature(signatures: ReadonlyMap<string, SignatureSpec>): SignatureSpec {
    const { checkMethodName } = this.#options;
    return selectPredictSignature(signatures, this.modelSpec.signatureName, checkMethodName);
  }

  bind(signature: SignatureSpec, allocator: TensorAllocator): BoundInputs | Promise<BoundInputs> {
    const bound = bindPredictRequest(signature, this.#message, {
      allocator,
      maxFilledBytes: this.#options.maxFilledBytes,
      reserve: (bytes) => this.reserve(bytes),
      check: ({ fetches }) => checkReply(this.#form, signature, fetches),
    });
    return 'feeds' in bound ? bound : pace(bound, this.#request);
  }

  encode(result: PredictResult): RestReply | Promise<RestReply> {
    return writeReply(this.#form, result, this.signal);
  }
}
