import { invalidArgument, type StatusError } from '../../status/index.ts';
import type { SignatureSpec, TensorSpec } from '../engine.ts';
import { type Address, NativeBlock } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import { mayRunInline } from './inline-ops.ts';
import { InlinePolicy } from './inline-policy.ts';
import type { OpRegistry } from './op-registry.ts';
import { tfOutputBytes, writeTfOutput } from './run-frame.ts';

/** An array of TF_Output. */
export interface TfOutputs {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  /** 0: native code cannot read it where it is, and each run copies it into its frame. */
  readonly address: Address;
  free(): void;
}

/** All that does not vary between runs of a signature, found out once at load. */
export interface SignaturePlan {
  readonly signature: SignatureSpec;
  /** TF_Output of each input, in order. */
  readonly inputs: TfOutputs;
  /** TF_Output of each output, in order. */
  readonly outputs: TfOutputs;
  /** Why no run of it can succeed: it names a tensor that the graph has not. */
  readonly fault: StatusError | null;
  /** What it is fed may be kept by the model after the run. */
  readonly keepsState: boolean;
  /** See {@link LoadedModel.isRowwiseStateless}. */
  readonly rowwiseStateless: boolean;
  /** Null where its runs are never made on the event loop's thread. */
  readonly inlinePolicy: InlinePolicy | null;
}

/**
 * Looks a signature's tensors up in the graph, once for many runs. The caller frees the plan:
 * {@link freePlan}.
 */
export function planSignature(
  api: TensorFlowApi,
  graph: Address,
  registry: Pick<OpRegistry, 'keepsState'>,
  signature: SignatureSpec,
): SignaturePlan {
  const keepsState = [...signature.ops].some((op) => registry.keepsState(op));
  return makePlan(api, graph, signature, keepsState, nativeOutputs);
}

/**
 * The same for a signature that combines those of other plans. It has no native memory: there is
 * nothing to free, whoever still uses it.
 */
export function planCombined(
  api: TensorFlowApi,
  graph: Address,
  signature: SignatureSpec,
  plans: readonly SignaturePlan[],
): SignaturePlan {
  const keepsState = plans.some((plan) => plan.keepsState);
  return makePlan(api, graph, signature, keepsState, heapOutputs);
}

function nativeOutputs(count: number): TfOutputs {
  return new NativeBlock(count * tfOutputBytes);
}

function heapOutputs(count: number): TfOutputs {
  const bytes = new Uint8Array(count * tfOutputBytes);
  return { bytes, words: new Uint32Array(bytes.buffer), address: 0, free() {} };
}

function makePlan(
  api: TensorFlowApi,
  graph: Address,
  signature: SignatureSpec,
  keepsState: boolean,
  allocate: (count: number) => TfOutputs,
): SignaturePlan {
  const inputs = allocate(signature.inputs.length);
  const outputs = allocate(signature.outputs.length);
  const fault =
    resolveTensors(api, graph, signature.inputs, inputs) ??
    resolveTensors(api, graph, signature.outputs, outputs);
  return {
    signature,
    inputs,
    outputs,
    fault,
    keepsState,
    rowwiseStateless:
      !keepsState && signature.outputs.every(({ shape }) => shape !== null && shape[0] === -1),
    inlinePolicy: mayRunInline(signature) ? new InlinePolicy() : null,
  };
}

export function freePlan(plan: SignaturePlan): void {
  plan.inputs.free();
  plan.outputs.free();
}

/** Writes the TF_Output of each tensor; returns TensorFlow's error for the first that is missing. */
function resolveTensors(
  api: TensorFlowApi,
  graph: Address,
  specs: readonly TensorSpec[],
  target: TfOutputs,
): StatusError | null {
  for (const [i, { name }] of specs.entries()) {
    const tensor = parseTensorName(name);
    const operation = tensor === null ? 0 : api.TF_GraphOperationByName(graph, tensor.operation);
    if (operation === 0 || tensor!.index >= api.TF_OperationNumOutputs(operation)) {
      return invalidArgument(
        `Tensor ${name}, specified in either feed_devices or fetch_devices was not found in the Graph`,
      );
    }
    writeTfOutput(target.words, i * tfOutputBytes, operation, tensor!.index);
  }
  return null;
}

/** `name:index` in its parts; a name alone means output 0. Null for what cannot be a tensor. */
export function parseTensorName(
  name: string,
): { readonly operation: string; readonly index: number } | null {
  const match = /^([^^:][^:]*)(?::(\d{1,9}))?$/.exec(name);
  return match === null ? null : { operation: match[1]!, index: Number(match[2] ?? 0) };
}
