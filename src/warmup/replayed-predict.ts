import type { SignatureSpec } from '../engines/index.ts';
import {
  type BoundInputs,
  bindNamedInputs,
  decodeInput,
  type ModelSpec,
  type PredictCall,
  type PredictRequest,
  selectPredictSignature,
} from '../inference/index.ts';
import type { TensorAllocator } from '../tensor/index.ts';
import type { Bytes } from '../util/index.ts';

/** How a {@link ReplayedPredict} is run. */
export interface ReplayOptions {
  /** `--enable_signature_method_name_check` */
  readonly checkMethodName: boolean;
  /** The most bytes that one input may take whose values the record does not carry. */
  readonly maxFilledBytes: number;
  readonly signal: AbortSignal | null;
}

/**
 * One recorded Predict by the rules of spec 6.4: its signature and output filter count, the model
 * that it names does not. It has no deadline, and its outputs are dropped.
 */
export class ReplayedPredict implements PredictCall<null> {
  readonly modelSpec: ModelSpec;
  readonly deadline = Number.POSITIVE_INFINITY;
  readonly signal: AbortSignal | null;
  readonly #request: PredictRequest;
  readonly #options: ReplayOptions;

  /** @param name that the servable is looked up by; not empty */
  constructor(name: string, request: PredictRequest, options: ReplayOptions) {
    const signatureName = request.modelSpec?.signatureName ?? '';
    this.modelSpec = { name, version: null, label: null, signatureName };
    this.signal = options.signal;
    this.#request = request;
    this.#options = options;
  }

  /** Records are few at once, each bounded by `maxFilledBytes`: there is nobody to share with. */
  reserve(): void {}

  selectSignature(signatures: ReadonlyMap<string, SignatureSpec>): SignatureSpec {
    const { signatureName } = this.modelSpec;
    return selectPredictSignature(signatures, signatureName, this.#options.checkMethodName);
  }

  bind(signature: SignatureSpec, allocator: TensorAllocator): BoundInputs {
    const { inputs, outputFilter } = this.#request;
    const decode = (tensorProto: Bytes, alias: string) =>
      decodeInput(tensorProto, alias, allocator, this.#options);
    return bindNamedInputs(signature, inputs, outputFilter, decode, decode);
  }

  encode(): null {
    return null;
  }
}
