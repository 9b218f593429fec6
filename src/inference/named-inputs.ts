import type { SignatureSpec } from '../engines/index.ts';
import { failedPrecondition, internal, invalidArgument } from '../status/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { defaultSignatureName } from './model-spec.ts';
import type { BoundInputs } from './predict.ts';

const predictMethodNames = [
  'tensorflow/serving/predict',
  'tensorflow/serving/classify',
  'tensorflow/serving/regress',
];

/**
 * The signature that a gRPC Predict names (spec 6.4, steps 2 and 3). An empty name means
 * `serving_default`.
 *
 * @param checkMethodName `--enable_signature_method_name_check`
 * @throws StatusError FAILED_PRECONDITION for an unknown signature, INTERNAL for a method name
 * that Predict cannot serve
 */
export function selectPredictSignature(
  signatures: ReadonlyMap<string, SignatureSpec>,
  signatureName: string,
  checkMethodName: boolean,
): SignatureSpec {
  const key = signatureName === '' ? defaultSignatureName : signatureName;
  const signature = signatures.get(key);
  if (signature === undefined) {
    throw failedPrecondition(`Serving signature key "${key}" not found.`);
  }
  if (checkMethodName) checkPredictMethodName(signature);
  return signature;
}

/** @throws StatusError INTERNAL for a method name that Predict cannot serve (spec 6.4, step 3). */
export function checkPredictMethodName({ methodName }: SignatureSpec): void {
  if (predictMethodNames.includes(methodName)) return;
  throw internal(
    'Expected prediction signature method_name to be one of ' +
      `{${predictMethodNames.join(', ')}}. Was: ${methodName}`,
  );
}

/**
 * Binds inputs given by alias to a signature, with its defaults for those that are left out, and
 * the output filter to indices (spec 6.4, steps 4 to 6).
 *
 * @param inputs by alias; `T` is whatever the protocol has before decoding
 * @param outputFilter aliases of the outputs wanted, in their order; empty: all
 * @param decode called once for each input of the signature, in their order, only after the number
 * of inputs was found right
 * @param decodeDefault the same for a serialized TensorProto of `signature.defaults`
 * @throws StatusError INVALID_ARGUMENT
 */
export function bindNamedInputs<T>(
  signature: SignatureSpec,
  inputs: ReadonlyMap<string, T>,
  outputFilter: readonly string[],
  decode: (input: T, alias: string) => Tensor,
  decodeDefault: (tensorProto: Uint8Array, alias: string) => Tensor,
): BoundInputs {
  checkInputCount(signature, inputs);
  const feeds: Tensor[] = [];
  let used = 0;
  for (const { alias, name } of signature.inputs) {
    const input = inputs.get(alias);
    if (input !== undefined) {
      feeds.push(decode(input, alias));
      used++;
      continue;
    }
    const value = signature.defaults.get(alias);
    if (value === undefined) {
      throw invalidArgument(
        `Signature input alias: ${alias}(feed name: ${name}) not found in request and no default ` +
          `value provided. Inputs expected to be in the request {${sorted(inputs.keys())}}, or ` +
          `default input alias set: ${sorted(signature.defaults.keys())}`,
      );
    }
    feeds.push(decodeDefault(value, alias));
  }
  if (used !== inputs.size) {
    const usedAliases = signature.inputs.flatMap(({ alias }) => (inputs.has(alias) ? alias : []));
    throw invalidArgument(
      `Inputs contains invalid name. Used request inputs: ${sorted(usedAliases)}, ` +
        `request input: ${sorted(inputs.keys())}`,
    );
  }
  return { feeds, fetches: bindOutputFilter(signature, outputFilter) };
}

function checkInputCount(
  signature: SignatureSpec,
  inputs: { readonly size: number; keys(): Iterable<string>; has(alias: string): boolean },
): void {
  const declared = signature.inputs.length;
  if (inputs.size === declared) return;
  if (inputs.size < declared && signature.defaults.size > 0) return;
  const aliases = signature.inputs.map(({ alias }) => alias);
  const extra = namesNotIn(new Set(aliases), inputs.keys());
  const missing = aliases.filter((alias) => !inputs.has(alias));
  throw invalidArgument(
    `input size does not match signature: ${inputs.size}!=${declared} ` +
      `len({${sorted(inputs.keys())}}) != len({${sorted(aliases)}}). ` +
      `Sent extra: {${sorted(extra)}}. Missing but required: {${sorted(missing)}}.`,
  );
}

function* namesNotIn(known: ReadonlySet<string>, names: Iterable<string>): Iterable<string> {
  for (const name of names) if (!known.has(name)) yield name;
}

/**
 * The outputs that a request asks for, in its order; null for all where it names none.
 *
 * @throws StatusError INVALID_ARGUMENT for an unknown or repeated alias
 */
export function bindOutputFilter(
  { outputs }: SignatureSpec,
  outputFilter: readonly string[],
): readonly number[] | null {
  if (outputFilter.length === 0) return null;
  const fetches: number[] = [];
  for (const alias of outputFilter) {
    const index = outputs.findIndex((output) => output.alias === alias);
    if (index < 0) {
      throw invalidArgument(
        `output tensor alias not found in signature: ${alias} Outputs expected to be in the set ` +
          `{${sorted(outputs.map((output) => output.alias))}}.`,
      );
    }
    if (fetches.includes(index)) throw invalidArgument(`duplicate output tensor alias: ${alias}`);
    fetches.push(index);
  }
  return fetches;
}

/**
 * Names of a request that a text lists, far more than any signature has: the client chooses how
 * many it sends, and sorting all of them would hold up everybody else.
 */
const mostListed = 1000;

/** Comma-joined in the byte order of UTF-8, as a C++ set of strings iterates. */
function sorted(names: Iterable<string>): string {
  const listed: Buffer[] = [];
  for (const name of names) {
    if (listed.length === mostListed) break;
    listed.push(Buffer.from(name));
  }
  return listed.sort(Buffer.compare).join(',');
}
