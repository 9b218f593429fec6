import type { PartialShape } from '../tensor/index.ts';
import type { SignatureSpec, TensorSpec } from './engine.ts';

/**
 * A signature with each tensor of several once. Its tensors are sorted by name and known by it:
 * `alias` is `name`. Where the declarations of one tensor differ, the engine decides on its shape.
 */
export function combineSignatures(signatures: readonly SignatureSpec[]): SignatureSpec {
  return {
    key: signatures.map(({ key }) => key).join(','),
    methodName: '',
    inputs: eachOnce(signatures.flatMap(({ inputs }) => inputs)),
    outputs: eachOnce(signatures.flatMap(({ outputs }) => outputs)),
    defaults: new Map(),
    ops: new Set(signatures.flatMap(({ ops }) => [...ops])),
  };
}

function eachOnce(specs: readonly TensorSpec[]): readonly TensorSpec[] {
  const byName = new Map<string, TensorSpec>();
  for (const spec of specs) {
    const { name, shape, graphShape } = spec;
    const known = byName.get(name);
    const isOther = known !== undefined && !isSameShape(known.shape, shape);
    byName.set(name, { ...spec, alias: name, shape: isOther ? null : shape, graphShape });
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isSameShape(one: PartialShape, other: PartialShape): boolean {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((size, i) => size === other[i]);
}
