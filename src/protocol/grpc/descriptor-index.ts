import {
  type DescEnum,
  type DescExtension,
  type DescFile,
  type DescMessage,
  type DescService,
  toBinary,
} from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/**
 * The files that declare a set of services, with all that they import, found by file name, by any
 * symbol in them and by extension. Descriptors are serialized when first asked for.
 */
export class DescriptorIndex {
  /** Full names, sorted. */
  readonly serviceNames: readonly string[];
  readonly #files = new Map<string, DescFile>();
  readonly #symbols = new Map<string, DescFile>();
  /** Extended message → number → declaring file. */
  readonly #extensions = new Map<string, Map<number, DescFile>>();
  readonly #messages = new Set<string>();
  readonly #serialized = new Map<DescFile, Uint8Array>();

  constructor(services: readonly DescService[]) {
    this.serviceNames = services.map((service) => service.typeName).sort();
    for (const service of services) this.#addFile(service.file);
  }

  /** The named file and all that it imports, each before its imports; undefined if it is unknown. */
  byFileName(name: string): Uint8Array[] | undefined {
    return this.#withImports(this.#files.get(name));
  }

  /** The same for the file that declares a service, method, message, field, enum or value. */
  bySymbol(name: string): Uint8Array[] | undefined {
    return this.#withImports(this.#symbols.get(name));
  }

  byExtension(messageName: string, number: number): Uint8Array[] | undefined {
    return this.#withImports(this.#extensions.get(messageName)?.get(number));
  }

  /** The numbers that extend a message, sorted; undefined if there is no such message. */
  extensionNumbers(messageName: string): number[] | undefined {
    if (!this.#messages.has(messageName)) return undefined;
    return [...(this.#extensions.get(messageName)?.keys() ?? [])].sort((a, b) => a - b);
  }

  #withImports(file: DescFile | undefined): Uint8Array[] | undefined {
    if (file === undefined) return undefined;
    const files = new Set<DescFile>();
    addWithImports(file, files);
    return [...files].reverse().map((reached) => this.#serialize(reached));
  }

  #serialize(file: DescFile): Uint8Array {
    let bytes = this.#serialized.get(file);
    if (bytes === undefined) {
      bytes = toBinary(FileDescriptorProtoSchema, file.proto);
      this.#serialized.set(file, bytes);
    }
    return bytes;
  }

  #addFile(file: DescFile): void {
    if (this.#files.has(file.proto.name)) return;
    this.#files.set(file.proto.name, file);
    for (const type of nestedTypes(file)) {
      this.#symbols.set(type.typeName, file);
      for (const member of membersOf(type)) this.#symbols.set(member, file);
      if (type.kind === 'message') this.#messages.add(type.typeName);
      if (type.kind === 'extension') this.#addExtension(type, file);
    }
    for (const imported of file.dependencies) this.#addFile(imported);
  }

  #addExtension(extension: DescExtension, file: DescFile): void {
    const extended = extension.extendee.typeName;
    const numbers = this.#extensions.get(extended) ?? new Map<number, DescFile>();
    this.#extensions.set(extended, numbers.set(extension.number, file));
  }
}

/** Adds what a file imports before the file itself. */
function addWithImports(file: DescFile, files: Set<DescFile>): void {
  if (files.has(file)) return;
  for (const imported of file.dependencies) addWithImports(imported, files);
  files.add(file);
}

function membersOf(type: DescMessage | DescEnum | DescExtension | DescService): string[] {
  switch (type.kind) {
    case 'message':
      return [...type.fields, ...type.oneofs].map((member) => `${type.typeName}.${member.name}`);
    case 'service':
      return type.methods.map((method) => `${type.typeName}.${method.name}`);
    case 'enum': {
      // The values of an enum are named as its siblings.
      const scope = type.typeName.slice(0, type.typeName.lastIndexOf('.') + 1);
      return type.values.map((value) => scope + value.name);
    }
    case 'extension':
      return [];
  }
}
