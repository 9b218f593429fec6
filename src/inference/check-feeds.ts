import type { SignatureSpec } from '../engines/index.ts';
import { invalidArgument, type StatusError } from '../status/index.ts';
import { DType, dtypeInfo, matchesPartialShape, shapeText, type Tensor } from '../tensor/index.ts';

/**
 * Refuses feeds that the model's own declarations exclude, before they reach an engine that may
 * end the process on them.
 *
 * - A dtype other than the declared one gets TensorFlow's own text (spec 6.4).
 * - A shape is refused where the signature and the graph's placeholder both exclude it. Where they
 *   contradict each other, or the graph says nothing, the engine decides.
 *
 * @param feeds in the order of `signature.inputs`, one for each.
 * @param anyDType leave types to the engine too, which answers with the same text.
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkFeeds(
  { inputs }: SignatureSpec,
  feeds: readonly Tensor[],
  anyDType: boolean,
): void {
  for (let i = 0; i < feeds.length && !anyDType; i++) {
    if (isWrongDType(inputs[i]!.dtype, feeds[i]!.dtype)) throw wrongDType(inputs, feeds);
  }
  for (let i = 0; i < feeds.length; i++) {
    const { alias, shape, graphShape } = inputs[i]!;
    const fed = feeds[i]!.shape;
    if (!matchesPartialShape(fed, shape) && !matchesPartialShape(fed, graphShape)) {
      throw invalidArgument(
        `Input ${alias} must have shape ${shapeText(shape)}, got shape ${shapeText(fed)}`,
      );
    }
  }
}

/** Signatures of composite tensors declare no dtype; then the engine decides. */
function isWrongDType(expected: DType, given: DType): boolean {
  return expected !== given && expected !== DType.INVALID;
}

/** TensorFlow numbers the arguments of a run by the order of their feed names. */
function wrongDType(inputs: SignatureSpec['inputs'], feeds: readonly Tensor[]): StatusError {
  const byName = inputs
    .map(({ name, dtype }, i) => ({ name, expected: dtype, given: feeds[i]!.dtype }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const index = byName.findIndex(({ expected, given }) => isWrongDType(expected, given));
  const { expected, given } = byName[index]!;
  return invalidArgument(
    `Expects arg[${index}] to be ${dtypeInfo(expected).name} but ${dtypeInfo(given).name} is provided`,
  );
}
