import { invalidArgument, type StatusError } from '../status/index.ts';
import { DType, dtypeInfo, type Shape } from '../tensor/index.ts';
import type { MadeInput } from './made-inputs.ts';
import type { InputSpec } from './signature.ts';

/** Lists in lists, deeper than any tensor has dimensions. */
const mostDimensions = 254;

/** The body of a REST Predict, as far as clients write it. */
export interface JsonBody {
  readonly signature_name?: unknown;
  readonly instances?: unknown;
  readonly inputs?: unknown;
}

/**
 * The inputs that the body of a REST Predict holds, in rows (`instances`) or in columns (`inputs`), as gRPC sends them.
 *
 * @param wrong makes the error for what the body does not say rightly
 * @throws StatusError INVALID_ARGUMENT
 */
export function jsonInputs(
  { instances, inputs }: JsonBody,
  specs: readonly InputSpec[],
  wrong: (what: string) => StatusError,
): MadeInput[] {
  if ((instances === undefined) === (inputs === undefined)) {
    throw wrong('has not one of "instances" and "inputs"');
  }
  const columns =
    instances === undefined ? named(inputs, specs) : fromRows(instances, specs, wrong);
  const aliases = specs.map(({ alias }) => alias);
  const unknown = [...columns.keys()].find((alias) => !aliases.includes(alias));
  if (unknown !== undefined) {
    throw wrong(`has an input ${unknown}; the model takes ${aliases.join(', ')}`);
  }
  return specs.map((spec) => {
    if (columns.has(spec.alias)) return inputOf(spec, columns.get(spec.alias), wrong);
    throw wrong(`lacks the input ${spec.alias}`);
  });
}

/** Values by the names of their inputs; one that is no object is that of the only input. */
function named(value: unknown, specs: readonly InputSpec[]): Map<string, unknown> {
  const isValue = typeof value !== 'object' || value === null || Array.isArray(value);
  if (isValue || bytesOf(value) !== null) return new Map([[specs[0]?.alias ?? 'input', value]]);
  return new Map(Object.entries(value));
}

function fromRows(
  instances: unknown,
  specs: readonly InputSpec[],
  wrong: (what: string) => StatusError,
): Map<string, unknown> {
  if (!Array.isArray(instances)) throw wrong('has "instances" that are no list');
  const columns = new Map<string, unknown[]>();
  for (const row of instances) {
    for (const [alias, value] of named(row, specs)) {
      const column = columns.get(alias) ?? [];
      columns.set(alias, column);
      column.push(value);
    }
  }
  for (const [alias, column] of columns) {
    if (column.length !== instances.length) throw wrong(`lacks the input ${alias} in some rows`);
  }
  return columns;
}

function inputOf(
  { alias, dtype }: InputSpec,
  value: unknown,
  wrong: (what: string) => StatusError,
): MadeInput {
  const shape = shapeOf(value);
  const elements: unknown[] = [];
  collect(value, shape, 0, elements, () => wrong(`has lists of different lengths in ${alias}`));
  const { slots, protoName } = dtypeInfo(dtype);
  const isWrong = (element: unknown) =>
    wrong(`has ${JSON.stringify(element)} in ${alias}, which is ${protoName}`);
  if (slots > 1 || dtype === DType.HALF || dtype === DType.BFLOAT16) {
    throw wrong(`cannot say ${alias}, which is ${protoName}: give a PredictRequest`);
  }
  if (dtype === DType.STRING) {
    const values = elements.map((element) => {
      const bytes = typeof element === 'string' ? element : bytesOf(element);
      if (bytes !== null) return bytes;
      throw isWrong(element);
    });
    return { alias, dtype, shape, values };
  }
  const isFit = fitnessOf(dtype);
  const numbers = elements.map((element) => {
    if (isFit(element)) return Number(element);
    throw isWrong(element);
  });
  return { alias, dtype, shape, values: Float64Array.from(numbers) };
}

/** Which JSON values are elements. Whole numbers that JavaScript rounds are not. */
function fitnessOf(dtype: DType): (element: unknown) => boolean {
  if (dtype === DType.BOOL) return (element) => typeof element === 'boolean';
  const isFloat = dtype === DType.FLOAT || dtype === DType.DOUBLE;
  return isFloat ? (element) => typeof element === 'number' : Number.isSafeInteger;
}

/** By the first list of each dimension. */
function shapeOf(value: unknown): Shape {
  const shape: number[] = [];
  for (let part = value; Array.isArray(part); part = part[0]) {
    shape.push(part.length);
    if (shape.length > mostDimensions) {
      throw invalidArgument(`There are more than ${mostDimensions} dimensions`);
    }
  }
  return shape;
}

function collect(
  value: unknown,
  shape: Shape,
  dimension: number,
  into: unknown[],
  ragged: () => StatusError,
): void {
  if (dimension === shape.length) {
    if (Array.isArray(value)) throw ragged();
    into.push(value);
    return;
  }
  if (!Array.isArray(value) || value.length !== shape[dimension]) throw ragged();
  for (const part of value) collect(part, shape, dimension + 1, into, ragged);
}

/** What `{"b64": "…"}` stands for; null for anything else. */
function bytesOf(value: unknown): Uint8Array | null {
  if (typeof value !== 'object' || value === null) return null;
  const { b64 } = value as { b64?: unknown };
  return typeof b64 === 'string' && Object.keys(value).length === 1
    ? Buffer.from(b64, 'base64')
    : null;
}
