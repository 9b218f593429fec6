import type { SignatureSpec, TensorSpec } from '../engines/index.ts';
import type { TensorInfo } from '../proto/index.ts';
import { SignatureDefSchema } from '../proto/index.ts';
import type { PartialShape } from '../tensor/index.ts';
import { baseDType } from '../tensor/index.ts';
import { decode } from './decode.ts';
import type { Graph } from './graph.ts';
import { mapEntry } from './graph.ts';
import { normalizeTensorName, reachableOps } from './reachable-ops.ts';
import { fieldsOf, payload } from './wire.ts';

/**
 * Until this version of the GraphDef rules, a placeholder with the shape of a scalar meant one of
 * any shape (TensorFlow's shape function of Placeholder).
 */
const lastProducerWithoutScalars = 21;

/**
 * A signature from its serialized SignatureDef, with what the graph says of it.
 * @throws MalformedWireError where the bytes are no SignatureDef.
 */
export async function readSignature(
  key: string,
  definition: Buffer,
  graph: Graph,
): Promise<SignatureSpec> {
  const message = decode(SignatureDefSchema, definition);
  const inputs = tensorSpecs(message.inputs, (name) => placeholderShape(graph, name));
  const outputs = tensorSpecs(message.outputs, () => null);
  const fed = new Set(inputs.map((spec) => spec.name));
  return {
    key,
    methodName: message.methodName,
    inputs,
    outputs,
    defaults: defaultValues(definition),
    ops: await reachableOps(
      graph,
      fed,
      outputs.map((spec) => spec.name),
    ),
  };
}

function tensorSpecs(
  infos: Readonly<Record<string, TensorInfo>>,
  graphShape: (name: string) => PartialShape,
): readonly TensorSpec[] {
  return Object.entries(infos)
    .map(([alias, info]) => {
      // A sparse or composite TensorInfo has no single tensor; TFS takes its name as empty.
      const name = normalizeTensorName(info.encoding.case === 'name' ? info.encoding.value : '');
      return {
        alias,
        name,
        dtype: baseDType(info.dtype),
        shape: declaredShape(info),
        graphShape: graphShape(name),
      };
    })
    .sort((a, b) => (a.alias < b.alias ? -1 : 1));
}

function declaredShape(info: TensorInfo): PartialShape {
  const shape = info.tensorShape;
  if (shape === undefined || shape.unknownRank) return null;
  return shape.dim.map((dim) => (dim.size < 0n ? -1 : Number(dim.size)));
}

function placeholderShape(graph: Graph, tensor: string): PartialShape {
  const [name, index] = tensor.split(':');
  const shape = index === '0' ? graph.nodes.get(name ?? '')?.placeholderShape : undefined;
  if (shape === undefined || shape === null) return null;
  if (shape.length === 0 && graph.producer <= lastProducerWithoutScalars) return null;
  return shape;
}

/** The TensorProtos of `defaults` (4), as the file has them. */
function defaultValues(definition: Buffer): ReadonlyMap<string, Uint8Array> {
  const defaults = new Map<string, Uint8Array>();
  for (const field of fieldsOf(definition)) {
    if (field.number !== 4) continue;
    const { key, value } = mapEntry(payload(definition, field));
    defaults.set(key, new Uint8Array(value));
  }
  return defaults;
}
