import type { SignatureSpec } from '../../../engines/index.ts';
import {
  type BoundInputs,
  bindNamedInputs,
  decodeInput,
  decodePredictRequest,
  type ModelSpec,
  type PredictCall,
  type PredictRequest,
  type PredictResult,
  selectPredictSignature,
} from '../../../inference/index.ts';
import type { PendingFill, TensorAllocator, TensorDecodeOptions } from '../../../tensor/index.ts';
import { type Bytes, pace, type Steps } from '../../../util/index.ts';
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
    const { inputs, outputFilter } = this.#message;
    const fills: PendingFill[] = [];
    const options: TensorDecodeOptions = {
      maxFilledBytes: this.#options.maxFilledBytes,
      reserve: (bytes) => this.reserve(bytes),
      fillLater: (fill) => fills.push(fill),
    };
    const decode = (tensorProto: Bytes, alias: string) =>
      decodeInput(tensorProto, alias, allocator, options);
    const bound = bindNamedInputs(signature, inputs, outputFilter, decode, decode);
    checkReply(this.#form, signature, bound.fetches);
    return fills.length === 0 ? bound : pace(boundAfter(fills, bound), this.signal);
  }

  encode(result: PredictResult): RestReply | Promise<RestReply> {
    return writeReply(this.#form, result, this.signal);
  }
}

function* boundAfter(fills: readonly PendingFill[], bound: BoundInputs): Steps<BoundInputs> {
  for (const fill of fills) while (!fill.step()) yield;
  return bound;
}
