import type { Shape, Tensor } from '../tensor/index.ts';
import { joinedShape, mayPad } from './padding-limit.ts';

/** The highest rank that is padded, as in TFS. */
const highestPaddedRank = 6;

/**
 * Those of a batch that can be joined: their inputs have the same types, and the same dimensions behind
 * the first; where `pads`, dimensions may differ as far as padding makes them the same. In the order in
 * which they came, and so are the groups.
 *
 * @param inputsOf the inputs of one, all with at least one dimension
 */
export function groupByShape<Item>(
  items: readonly Item[],
  inputsOf: (item: Item) => readonly Tensor[],
  pads: boolean,
): readonly (readonly Item[])[] {
  const isAlike = pads ? canBePadded : isSameRow;
  const first = inputsOf(items[0]!);
  const isOne = items.every((item) => isEvery(first, inputsOf(item), isAlike));
  const groups = isOne ? [items] : [...groupsByKey(items, inputsOf, pads).values()];
  if (!pads) return groups;
  return groups.flatMap((group) =>
    isAffordable(group.map(inputsOf)) ? [group] : groupByShape(group, inputsOf, false),
  );
}

function groupsByKey<Item>(
  items: readonly Item[],
  inputsOf: (item: Item) => readonly Tensor[],
  pads: boolean,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = inputsOf(item)
      .map((tensor) => groupKey(tensor, pads))
      .join(';');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Whether each input of a group may be padded as it has to be. */
function isAffordable(group: readonly (readonly Tensor[])[]): boolean {
  return group[0]!.every((_, i) => {
    const tensors = group.map((inputs) => inputs[i]!);
    return mayPad(tensors, joinedShape(tensors, 0));
  });
}

/** Whether joining these needs padding. */
export function differInShape(tensors: readonly Tensor[]): boolean {
  const first = tensors[0]!;
  return !tensors.every((tensor) => isSameRow(first, tensor));
}

function isEvery(
  one: readonly Tensor[],
  other: readonly Tensor[],
  isAlike: (one: Tensor, other: Tensor) => boolean,
): boolean {
  for (let i = 0; i < one.length; i++) if (!isAlike(one[i]!, other[i]!)) return false;
  return true;
}

function isSameRow(one: Tensor, other: Tensor): boolean {
  if (one.dtype !== other.dtype || one.shape.length !== other.shape.length) return false;
  for (let i = 1; i < one.shape.length; i++) if (one.shape[i] !== other.shape[i]) return false;
  return true;
}

function canBePadded(one: Tensor, other: Tensor): boolean {
  if (isSameRow(one, other)) return true;
  const isSameKind = one.dtype === other.dtype && one.shape.length === other.shape.length;
  return isSameKind && isPaddable(one) && isPaddable(other);
}

/** There must be an element to pad with. */
function isPaddable({ shape }: Tensor): boolean {
  return shape.length <= highestPaddedRank && !shape.includes(0);
}

function groupKey(tensor: Tensor, pads: boolean): string {
  const { dtype, shape } = tensor;
  return pads && isPaddable(tensor) ? `${dtype}/${shape.length}` : `${dtype}:${rowKey(shape)}`;
}

function rowKey(shape: Shape): string {
  return shape.slice(1).join(',');
}
