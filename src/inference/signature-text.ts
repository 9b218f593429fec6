import type { SignatureSpec, TensorSpec } from '../engines/index.ts';
import { dtypeInfo } from '../tensor/index.ts';

/**
 * A signature as protobuf prints a SignatureDef for people, as errors quote it. Default values are
 * left out.
 */
export function signatureText({ inputs, outputs, methodName }: SignatureSpec): string {
  const lines: string[] = [];
  for (const spec of inputs) lines.push(...entry('inputs', spec));
  for (const spec of outputs) lines.push(...entry('outputs', spec));
  if (methodName !== '') lines.push(`method_name: ${quoted(methodName)}`);
  return lines.map((line) => `${line}\n`).join('');
}

function entry(field: string, { alias, name, dtype, shape }: TensorSpec): string[] {
  const sizes = shape?.flatMap((size) => [
    ...(size === 0 ? ['dim {'] : ['dim {', `  size: ${size}`]),
    '}',
  ]);
  return [
    `${field} {`,
    `  key: ${quoted(alias)}`,
    '  value {',
    `    name: ${quoted(name)}`,
    `    dtype: ${dtypeInfo(dtype).protoName}`,
    '    tensor_shape {',
    ...(sizes ?? ['unknown_rank: true']).map((line) => `      ${line}`),
    '    }',
    '  }',
    '}',
  ];
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
