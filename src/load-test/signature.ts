import type { SignatureDef, SignatureDefMap } from '../proto/index.ts';
import { notFound } from '../status/index.ts';
import { baseDType, type DType, type PartialShape } from '../tensor/index.ts';
import type { ModelChoice } from './model-choice.ts';

/** One input that a signature takes. */
export interface InputSpec {
  readonly alias: string;
  readonly dtype: DType;
  readonly shape: PartialShape;
}

/** What a signature takes, in the order of the names. */
export interface Signature {
  readonly methodName: string;
  readonly inputs: readonly InputSpec[];
}

/** @throws StatusError NOT_FOUND, with those that there are. */
export function signatureOf(map: SignatureDefMap, model: ModelChoice): Signature {
  const found = map.signatureDef[model.signature];
  if (found === undefined) {
    const keys = Object.keys(map.signatureDef).filter((key) => !key.startsWith('__'));
    throw notFound(
      `The model ${model.name} has no signature ${model.signature}; it has ${keys.sort().join(', ') || 'none'}`,
    );
  }
  return { methodName: found.methodName, inputs: inputsOf(found) };
}

function inputsOf(signature: SignatureDef): InputSpec[] {
  const aliases = Object.keys(signature.inputs).sort();
  return aliases.map((alias) => {
    const { dtype, tensorShape } = signature.inputs[alias]!;
    const isRanked = tensorShape !== undefined && !tensorShape.unknownRank;
    const shape = isRanked ? tensorShape.dim.map(({ size }) => Number(size)) : null;
    return { alias, dtype: baseDType(dtype), shape };
  });
}
