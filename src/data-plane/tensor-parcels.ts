import type { Engine, TensorParcel, TensorScope } from '../engines/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** Takes all tensors out of their scope, or frees those that it has taken. @throws StatusError */
export function exportAll(
  engine: Engine,
  scope: TensorScope,
  tensors: readonly Tensor[],
): readonly TensorParcel[] {
  const parcels: TensorParcel[] = [];
  try {
    for (const tensor of tensors) parcels.push(engine.exportTensor(scope, tensor));
    return parcels;
  } catch (error) {
    for (const parcel of parcels) engine.freeTensor(parcel);
    throw error;
  }
}

/** Takes all tensors over, or frees those that it has not. @throws StatusError */
export function adoptAll(
  engine: Engine,
  scope: TensorScope,
  parcels: readonly TensorParcel[],
): readonly Tensor[] {
  const tensors: Tensor[] = [];
  let used = 0;
  try {
    for (const parcel of parcels) {
      used++;
      tensors.push(engine.adoptTensor(scope, parcel));
    }
    return tensors;
  } catch (error) {
    for (const parcel of parcels.slice(used)) engine.freeTensor(parcel);
    throw error;
  }
}
