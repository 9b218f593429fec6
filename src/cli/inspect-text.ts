import type { SignatureSpec, TensorSpec } from '../engines/index.ts';
import { formatBytes } from '../engines/index.ts';
import type { MetaGraph, SavedModelInspection } from '../saved-model/index.ts';
import { DType, dtypeInfo, shapeText } from '../tensor/index.ts';
import { table, wrap } from './table.ts';

/** SavedModels for a person to read; `columns` wide where text flows. */
export function inspectionText(models: readonly SavedModelInspection[], columns: number): string {
  return models.map((model) => modelText(model, columns)).join('\n');
}

function modelText(model: SavedModelInspection, columns: number): string {
  const version = model.version === null ? 'no version number' : `version ${model.version}`;
  const heading = `${model.path}\n  SavedModel (${model.format}), ${version}, ${formatBytes(model.sizeBytes)}\n`;
  if (model.metaGraphs.length === 0) return `${heading}  It holds no meta graph.\n`;
  return heading + model.metaGraphs.map((graph) => metaGraphText(graph, columns)).join('');
}

function metaGraphText(graph: MetaGraph, columns: number): string {
  const tags = graph.tags.length === 0 ? '(none)' : graph.tags.join(', ');
  const writer =
    graph.tensorflowVersion === '' ? '' : `, written by TensorFlow ${graph.tensorflowVersion}`;
  let text = `\n  Tags: ${tags}${writer}\n`;
  if (graph.signatures.length === 0) text += '\n    No signatures\n';
  for (const signature of graph.signatures) text += signatureText(signature);
  if (graph.assets.length > 0) {
    text += `\n    Assets (${graph.assets.length})\n${wrap(graph.assets, '      ', columns)}`;
  }
  const ops = [...graph.ops].sort();
  return `${text}\n    Ops (${ops.length})\n${wrap(ops, '      ', columns)}`;
}

function signatureText(signature: SignatureSpec): string {
  const row = (kind: string) => (spec: TensorSpec) => [
    kind,
    spec.alias,
    // Signatures of TensorFlow's own name operations, which yield no tensor.
    ...(spec.dtype === DType.INVALID
      ? ['operation', '']
      : [dtypeInfo(spec.dtype).name, shapeText(spec.shape)]),
    spec.name + (signature.defaults.has(spec.alias) ? '  has a default' : ''),
  ];
  const rows = [...signature.inputs.map(row('input')), ...signature.outputs.map(row('output'))];
  const method = signature.methodName === '' ? 'no method name' : signature.methodName;
  return `\n    Signature ${signature.key}  (${method})\n${table(rows, '      ')}`;
}
