import { invalidArgument, type StatusError } from '../../status/index.ts';
import type { SignatureSpec, TensorSpec } from '../engine.ts';
import { type Address, NativeBlock } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import { mayRunInline } from './inline-ops.ts';
import { InlinePolicy } from './inline-policy.ts';
import type { OpRegistry } from './op-registry.ts';
import { tfOutputBytes, writeTfOutput } from './run-frame.ts';

/** All that does not vary between runs of a signature, found out once at load. */
export interface SignaturePlan {
  readonly signature: SignatureSpec;
  /** TF_Output of each input, in order. */
  readonly inputs: NativeBlock;
  /** TF_Output of each output, in order. */
  readonly outputs: NativeBlock;
  /** Why no run of it can succeed: it names a tensor that the graph has not. */
  readonly fault: StatusError | null;
  /** What it is fed may be kept by the model after the run. */
  readonly keepsState: boolean;
  /** See {@link LoadedModel.isRowwiseStateless}. */
  readonly rowwiseStateless: boolean;
  /** Null where its runs are never made on the event loop's thread. */
  readonly inlinePolicy: InlinePolicy | null;
}

/** Looks a signature's tensors up in the graph. The caller frees the plan: {@link freePlan}. */
export function planSignature(
  api: TensorFlowApi,
  graph: Address,
  registry: OpRegistry,
  signature: SignatureSpec,
): SignaturePlan {
  const keepsState = [...signature.ops].some((op) => registry.keepsState(op));
  const inputs = new NativeBlock(signature.inputs.length * tfOutputBytes);
  const outputs = new NativeBlock(signature.outputs.length * tfOutputBytes);
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
  target: NativeBlock,
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
