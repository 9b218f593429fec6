import {
  createFileRegistry,
  type FileRegistry,
  fromBinary,
  type Message,
} from '@bufbuild/protobuf';
import type { GenEnum, GenMessage } from '@bufbuild/protobuf/codegenv2';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { descriptors } from './gen/descriptors.ts';

/**
 * Every file of the contract with its messages, enums and services: for reflection and to resolve
 * the type URLs of `google.protobuf.Any`. All schemas of this room are its members.
 *
 * The descriptors are one string decoded at once: about 30 ms when first imported, a tenth of what
 * one module for each file costs, in every thread.
 */
export const registry: FileRegistry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, Buffer.from(descriptors, 'base64')),
);

function found<T>(value: T | undefined, typeName: string): T {
  if (value === undefined) throw new Error(`the contract has no ${typeName}`);
  return value;
}

/** The schema of a message; the type decides the name, so the two cannot differ. */
export function message<T extends Message>(typeName: T['$typeName']): GenMessage<T> {
  return found(registry.getMessage(typeName), typeName) as unknown as GenMessage<T>;
}

/** The schema of an enum. */
export function enumSchema<T extends number>(typeName: string): GenEnum<T> {
  return found(registry.getEnum(typeName), typeName) as unknown as GenEnum<T>;
}

/** The values of an enum by name, as the generated types declare them. */
export function enumValues<T extends Readonly<Record<string, number>>>(typeName: string): T {
  const { values } = found(registry.getEnum(typeName), typeName);
  return Object.freeze(
    Object.fromEntries(values.map((value) => [value.localName, value.number])),
  ) as T;
}

/** The description of a service with its methods. */
export function service<T>(typeName: string): T {
  return found(registry.getService(typeName), typeName) as T;
}
