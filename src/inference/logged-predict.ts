import type { SignatureSpec } from '../engines/index.ts';
import type { TensorAllocator } from '../tensor/index.ts';
import { encodePredictRequest } from './encode-predict-request.ts';
import type { InferenceContext } from './inference-context.ts';
import { DerivedCall } from './model-call.ts';
import { onceMade } from './once-made.ts';
import { type BoundInputs, type PredictCall, type PredictResult, predict } from './predict.ts';
import { encodePredictResponse } from './predict-response.ts';
import { LogField, type RequestSample } from './request-log.ts';

/**
 * {@link predict} for protocols whose requests and replies are no protobuf messages: what is to be
 * logged is made of the tensors, only for a request that is logged.
 */
export function predictLogged<Reply>(
  context: InferenceContext,
  call: PredictCall<Reply>,
): Reply | Promise<Reply> {
  const log = context.requestLog;
  if (log?.isActive !== true) return predict(context, call);
  const sample = log.sample(call.modelSpec.name);
  return predict(context, sample === null ? call : new LoggedPredict(call, sample));
}

/** Writes the request down before it is run, since what is fed may be gone afterwards; both are logged with the reply. */
class LoggedPredict<Reply> extends DerivedCall<PredictCall<Reply>> implements PredictCall<Reply> {
  readonly #sample: RequestSample;
  /** Null: it has no form in protobuf. */
  #request: Uint8Array | null = null;

  constructor(call: PredictCall<Reply>, sample: RequestSample) {
    super(call);
    this.#sample = sample;
  }

  selectSignature(...given: Parameters<PredictCall<Reply>['selectSignature']>): SignatureSpec {
    return this.call.selectSignature(...given);
  }

  bind(signature: SignatureSpec, allocator: TensorAllocator): BoundInputs | Promise<BoundInputs> {
    const bound = this.call.bind(signature, allocator);
    return bound instanceof Promise
      ? bound.then((inputs) => this.#keep(signature, inputs))
      : this.#keep(signature, bound);
  }

  #keep(signature: SignatureSpec, bound: BoundInputs): BoundInputs {
    const { key, inputs, outputs } = signature;
    const { feeds, fetches } = bound;
    const { name, version, label } = this.modelSpec;
    try {
      this.#request = encodePredictRequest(
        { name, version, label, signatureName: key },
        inputs.map(({ alias }) => alias),
        feeds,
        fetches === null ? [] : fetches.map((index) => outputs[index]!.alias),
      );
    } catch {
      // A log must not fail the request that it is of.
    }
    return bound;
  }

  encode(result: PredictResult): Reply | Promise<Reply> {
    return onceMade(this.call.encode(result), () => this.#log(result));
  }

  #log({ id, signature, aliases, tensors }: PredictResult): void {
    if (this.#request === null) return;
    try {
      const served = {
        name: this.modelSpec.name,
        signatureName: signature.key,
        version: id.version,
      };
      const options = { asTensorContent: false };
      const response = encodePredictResponse(served, aliases, tensors, options, 0);
      this.#sample.add(LogField.PREDICT, this.#request, response);
    } catch {
      // As above.
    }
  }
}
