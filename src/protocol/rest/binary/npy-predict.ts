import type { SignatureSpec } from '../../../engines/index.ts';
import {
  type BoundInputs,
  bindNamedInputs,
  decodeInput,
  type ModelSpec,
  type PredictCall,
  type PredictResult,
  selectPredictSignature,
} from '../../../inference/index.ts';
import { invalidArgument } from '../../../status/index.ts';
import type { Tensor, TensorAllocator } from '../../../tensor/index.ts';
import { type Bytes, pace, type Steps } from '../../../util/index.ts';
import type { RestReply, RestRequest } from '../exchange.ts';
import type { RestHandlerOptions } from '../options.ts';
import { selectSignature } from '../predict-request.ts';
import type { RouteModel } from '../route.ts';
import { readNpy } from './npy-read.ts';
import { outputFilterOf, signatureNameOf } from './request-names.ts';
import { checkReply, type ReplyForm, writeReply } from './write-reply.ts';

/** A predict whose body is a .npy file: the one input of its signature. */
export class NpyPredict implements PredictCall<RestReply> {
  readonly modelSpec: ModelSpec;
  readonly deadline: number;
  readonly #options: RestHandlerOptions;
  readonly #request: RestRequest;
  readonly #form: ReplyForm;

  constructor(
    options: RestHandlerOptions,
    request: RestRequest,
    model: RouteModel,
    deadline: number,
    form: ReplyForm,
  ) {
    this.modelSpec = { ...model, signatureName: signatureNameOf(request) };
    this.deadline = deadline;
    this.#options = options;
    this.#request = request;
    this.#form = form;
  }

  /** Asked for only where somebody waits. */
  get signal(): AbortSignal {
    return this.#request.signal;
  }

  reserve(bytes: number): void {
    this.#request.reserve(bytes);
  }

  selectSignature(signatures: ReadonlyMap<string, SignatureSpec>): SignatureSpec {
    const signature = selectSignature(signatures, this.modelSpec);
    if (this.#options.checkMethodName) selectPredictSignature(signatures, signature.key, true);
    return signature;
  }

  bind(signature: SignatureSpec, allocator: TensorAllocator): BoundInputs | Promise<BoundInputs> {
    const alias = onlyInput(signature);
    let steps: Steps<void> | null = null;
    const decode = (body: Bytes): Tensor => {
      const npy = readNpy(body, allocator, (bytes) => this.reserve(bytes));
      steps = npy.steps;
      return npy.tensor;
    };
    const { maxFilledBytes } = this.#options;
    const decodeDefault = (tensorProto: Uint8Array, name: string) =>
      decodeInput(tensorProto, name, allocator, {
        maxFilledBytes,
        reserve: (bytes) => this.reserve(bytes),
      });
    const inputs = new Map([[alias, this.#request.body]]);
    const filter = outputFilterOf(this.#request);
    const bound = bindNamedInputs(signature, inputs, filter, decode, decodeDefault);
    checkReply(this.#form, signature, bound.fetches);
    return pace(boundAfter(steps!, bound), this.signal);
  }

  encode(result: PredictResult): RestReply | Promise<RestReply> {
    return writeReply(this.#form, result, this.signal);
  }
}

function* boundAfter(steps: Steps<void>, bound: BoundInputs): Steps<BoundInputs> {
  yield* steps;
  return bound;
}

/** The alias of the input that a request has to give; inputs with a default may be left out. */
function onlyInput({ key, inputs, defaults }: SignatureSpec): string {
  const needed = inputs.length === 1 ? inputs : inputs.filter(({ alias }) => !defaults.has(alias));
  if (needed.length === 1) return needed[0]!.alias;
  const aliases = inputs.map(({ alias }) => alias).join(', ');
  throw invalidArgument(
    `A .npy body holds one tensor, signature "${key}" takes ${inputs.length} (${aliases}): ` +
      'send a PredictRequest as application/x-protobuf',
  );
}
