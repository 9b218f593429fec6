import { cancelled, StatusError } from '../../status/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import { TimeSlices } from '../../util/index.ts';
import type { Address } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import type { NativeTensor } from './native-tensor.ts';
import type { RunFrame } from './run-frame.ts';
import { cancelledText } from './run-slots.ts';
import type { SignaturePlan } from './signature-plan.ts';
import type { TensorMemory } from './tensor-memory.ts';
import type { TensorFlowScope } from './tensor-scope.ts';

/** How many tensors a run fetches. */
export function fetchCount(plan: SignaturePlan, fetches: readonly number[] | null): number {
  return fetches === null ? plan.signature.outputs.length : fetches.length;
}

/** Writes what a run feeds and fetches into its frame; returns where its fetches are. */
export function fillFrame(
  frame: RunFrame,
  plan: SignaturePlan,
  natives: readonly NativeTensor[],
  fetches: readonly number[] | null,
): Address {
  const { inputs, outputs, signature } = plan;
  for (let i = 0; i < natives.length; i++) frame.setInput(i, natives[i]!.address);
  if (inputs.address === 0) {
    for (let i = 0; i < natives.length; i++) frame.setFeed(i, inputs, i);
  }
  if (fetches === null) {
    if (outputs.address !== 0) return outputs.address;
    for (let i = 0; i < signature.outputs.length; i++) frame.setFetch(i, outputs, i);
    return frame.fetches;
  }
  for (let i = 0; i < fetches.length; i++) frame.setFetch(i, outputs, fetches[i]!);
  return frame.fetches;
}

/** Where the TF_Outputs are that a run feeds, once its frame is filled. */
export function feedsAddress(frame: RunFrame, { inputs }: SignaturePlan): Address {
  return inputs.address === 0 ? frame.feeds : inputs.address;
}

/**
 * Reads a run's outputs; they belong to the scope from then on. All of them are taken over, also
 * when reading one of them throws.
 */
export function takeOutputs(
  api: TensorFlowApi,
  frame: RunFrame,
  count: number,
  memory: TensorMemory,
  scope: TensorFlowScope,
): Tensor[] {
  const tensors: Tensor[] = [];
  let taken = 0;
  try {
    while (taken < count) {
      const address = frame.output(taken);
      taken++;
      tensors.push(scope.adopt(memory.read(address)));
    }
    return tensors;
  } catch (error) {
    dropOutputs(api, frame, taken, count);
    throw StatusError.from(error);
  }
}

/** Frees outputs that nobody wants. */
export function dropOutputs(
  api: TensorFlowApi,
  frame: RunFrame,
  first: number,
  count: number,
): void {
  for (let i = first; i < count; i++) {
    const address = frame.output(i);
    if (address !== 0) api.TF_DeleteTensor(address);
  }
}

/** Whether a run can be made with these feeds as they are. */
export function areFilled(natives: readonly NativeTensor[]): boolean {
  for (let i = 0; i < natives.length; i++) if (!natives[i]!.isFilled) return false;
  return true;
}

/**
 * Fills feeds in slices of about 1 ms, between which the event loop goes on.
 * @throws StatusError CANCELLED once the signal is aborted
 */
export async function fillInSlices(
  natives: readonly NativeTensor[],
  signal: AbortSignal | null,
): Promise<void> {
  const slices = new TimeSlices();
  for (const native of natives) {
    while (!native.isFilled) {
      native.fillOn();
      if (!slices.due()) continue;
      await slices.pause();
      if (signal?.aborted) throw cancelled(cancelledText);
    }
  }
}

export function releaseAll(natives: readonly NativeTensor[]): void {
  for (let i = 0; i < natives.length; i++) natives[i]!.release();
}
