/**
 * Generates `src/proto/gen` from the `.proto` files of `proto/`, without a network:
 *
 * - `<path>_pb.ts`: the types of every message, enum and service (imported for their types only);
 * - `descriptors.ts`: the descriptors of all files as one string, decoded once when first imported;
 * - `schemas.ts`: schemas, enums and services looked up in those descriptors, and their types.
 *
 * With `--check` it generates into a temporary folder instead and fails, naming the files, where
 * the committed code differs from what the contract gives.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createFileRegistry,
  type DescFile,
  type DescMessage,
  type FileRegistry,
  fromBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const root = fileURLToPath(new URL('../', import.meta.url));
const generated = path.join(root, 'src/proto/gen');

/** Packages whose names would clash with another's get this suffix. */
const suffixes: Readonly<Record<string, string>> = { 'grpc.reflection.v1alpha': 'V1Alpha' };

const buf = (args: readonly string[]): Buffer =>
  execFileSync(path.join(root, 'node_modules/.bin/buf'), args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });

function generateTypes(target: string): void {
  const template = {
    version: 'v2',
    plugins: [
      {
        local: path.join(root, 'node_modules/.bin/protoc-gen-es'),
        out: target,
        opt: ['target=ts', 'import_extension=ts', 'erasable_syntax=true'],
      },
    ],
  };
  buf(['generate', 'proto', '--template', JSON.stringify(template)]);
}

function generateDescriptors(target: string): FileRegistry {
  const set = buf([
    'build',
    'proto',
    '--as-file-descriptor-set',
    '--exclude-source-info',
    '-o',
    '-',
  ]);
  const text = [
    '// @generated from proto/: a google.protobuf.FileDescriptorSet, imports before their users.',
    `export const descriptors = '${set.toString('base64')}';`,
    '',
  ];
  writeFileSync(path.join(target, 'descriptors.ts'), text.join('\n'));
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, set));
}

function* messagesOf(messages: readonly DescMessage[]): Generator<DescMessage> {
  for (const message of messages) {
    yield message;
    yield* messagesOf(message.nestedMessages);
  }
}

/** The section of `schemas.ts` for one file; `types` is the name under which it sees the types. */
function schemasOf(file: DescFile, types: string): string[] {
  const suffix = suffixes[file.proto.package] ?? '';
  const local = ({ typeName }: { readonly typeName: string }) =>
    typeName.slice(file.proto.package.length + 1).replaceAll('.', '_');
  const messages = [...messagesOf(file.messages)].filter(isVisible);
  const enums = [...file.enums, ...messages.flatMap((owner) => owner.nestedEnums)];
  const lines: string[] = [];
  for (const message of messages) {
    const name = local(message) + suffix;
    const type = `${types}.${local(message)}`;
    lines.push(`export type ${name} = ${type};`);
    lines.push(`export const ${name}Schema = message<${type}>('${message.typeName}');`);
  }
  for (const enumeration of enums) {
    const name = local(enumeration) + suffix;
    const type = `${types}.${local(enumeration)}`;
    lines.push(`export type ${name} = ${type};`);
    lines.push(`export const ${name} = enumValues<typeof ${type}>('${enumeration.typeName}');`);
    lines.push(`export const ${name}Schema = enumSchema<${type}>('${enumeration.typeName}');`);
  }
  for (const { typeName } of file.services) {
    const name = local({ typeName });
    lines.push(`export const ${name}${suffix} = service<typeof ${types}.${name}>('${typeName}');`);
  }
  if (lines.length === 0) return [];
  return [`import type * as ${types} from './${file.name}_pb.ts';`, ...lines, ''];
}

/** An entry of a map field is a message of the descriptor, but not of the language. */
const isVisible = (message: DescMessage) => message.proto.options?.mapEntry !== true;

function generateSchemas(target: string, registry: FileRegistry): void {
  const files = [...registry.files].filter((file) => !file.name.startsWith('google/'));
  const lines = [
    '// @generated from proto/: what the descriptors hold, under the types of the *_pb.ts files.',
    "import { enumSchema, enumValues, message, service } from '../registry.ts';",
    '',
    ...files.flatMap((file, index) => schemasOf(file, `f${index}`)),
  ];
  writeFileSync(path.join(target, 'schemas.ts'), lines.join('\n'));
}

function generate(target: string): void {
  generateTypes(target);
  generateSchemas(target, generateDescriptors(target));
}

function filesOf(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (entry.endsWith('.ts')) files.set(entry, readFileSync(path.join(folder, entry), 'utf8'));
  }
  return files;
}

/** The names of the files that differ, or exist on one side only. */
function differences(expected: string, actual: string): string[] {
  const wanted = filesOf(expected);
  const found = filesOf(actual);
  const names = new Set([...wanted.keys(), ...found.keys()]);
  return [...names].filter((name) => wanted.get(name) !== found.get(name)).sort();
}

const check = process.argv.includes('--check');
// Beside the target, so that the finished folder can be moved into place in one step.
const workspace = mkdtempSync(path.join(check ? tmpdir() : path.dirname(generated), '.gen-'));
const fresh = path.join(workspace, 'gen');
try {
  generate(fresh);
  if (check) {
    const stale = differences(fresh, generated);
    for (const name of stale) console.error(`src/proto/gen/${name} is not what proto/ gives`);
    if (stale.length > 0) process.exitCode = 1;
    else console.log(`${filesOf(fresh).size} generated files, as proto/ gives`);
  } else {
    rmSync(generated, { recursive: true, force: true });
    renameSync(fresh, generated);
  }
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
