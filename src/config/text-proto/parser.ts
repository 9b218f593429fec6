import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type Registry,
  type ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import { type ReflectMessage, reflect, scalarZeroValue } from '@bufbuild/protobuf/reflect';
import { nearestName } from '../nearest-name.ts';
import { type Lexer, shorten } from './lexer.ts';
import { enumValue, scalarValue } from './scalar.ts';
import { checkDepth, openMessage, skipField } from './skip.ts';

const anyPrefixes: readonly string[] = ['type.googleapis.com', 'type.googleprod.com'];

/** What a value of a field, list item or map entry is. */
type ValueType =
  | { readonly message: DescMessage; readonly enum: undefined; readonly scalar: undefined }
  | { readonly message: undefined; readonly enum: DescEnum; readonly scalar: undefined }
  | { readonly message: undefined; readonly enum: undefined; readonly scalar: ScalarType };

/** The fields of each message type by name. */
const fieldTables = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

function fieldTable(type: DescMessage): ReadonlyMap<string, DescField> {
  let table = fieldTables.get(type);
  if (table === undefined) {
    table = new Map(type.fields.map((field) => [field.name, field]));
    fieldTables.set(type, table);
  }
  return table;
}

/**
 * Parses by descriptors: one method for each rule of the grammar of spec 2.1. All of them begin at
 * the current token and leave the lexer at the first one that is not theirs.
 */
export class Parser {
  readonly #lexer: Lexer;
  readonly #registry: Registry | null;

  /** @param registry where the types of Any are found; null: an expanded Any is an error. */
  constructor(lexer: Lexer, registry: Registry | null) {
    this.#lexer = lexer;
    this.#registry = registry;
  }

  /** Parses the whole text into `message`. */
  parse(message: ReflectMessage): void {
    this.#lexer.next();
    this.#fields(message, 0);
    if (this.#lexer.kind !== 'end') {
      this.#lexer.fail(`Expected identifier, got: ${this.#lexer.shown}`);
    }
  }

  /** Fields up to the end of the text or of the message they are in. */
  #fields(message: ReflectMessage, depth: number): void {
    const lexer = this.#lexer;
    const table = fieldTable(message.desc);
    // Of fields without presence, those given as zero: `isSet` does not know them.
    let zeros: Set<DescField> | null = null;
    while (lexer.kind !== 'end' && !lexer.is('}') && !lexer.is('>')) {
      if (lexer.is('[')) {
        this.#bracketed(message, depth);
        continue;
      }
      const { start } = lexer;
      const name = lexer.identifier();
      const field = table.get(name);
      if (field === undefined) {
        if (!message.desc.proto.reservedName.includes(name)) this.#unknown(message, name, start);
        skipField(lexer, depth);
        continue;
      }
      if (field.fieldKind === 'list' || field.fieldKind === 'map') {
        this.#repeated(message, field, depth);
      } else {
        checkUnset(lexer, message, field, zeros, start);
        this.#colon(field);
        message.set(field, this.#value(field, name, depth));
        if (!message.isSet(field)) {
          zeros ??= new Set();
          zeros.add(field);
        }
      }
      this.#separator();
    }
  }

  #unknown(message: ReflectMessage, name: string, start: number): never {
    const meant = nearestName(name, fieldTable(message.desc).keys());
    const hint = meant === null ? '' : ` Did you mean "${meant}"?`;
    this.#lexer.fail(
      `Message type "${message.desc.typeName}" has no field named "${shorten(name)}".${hint}`,
      start,
    );
  }

  /** The colon after a name: before a message it may be left out. */
  #colon(type: ValueType): void {
    if (type.message === undefined) this.#lexer.expect(':');
    else this.#lexer.skip(':');
  }

  #separator(): void {
    if (!this.#lexer.skip(';')) this.#lexer.skip(',');
  }

  /** One element of a repeated field, or several in brackets. */
  #repeated(
    message: ReflectMessage,
    field: DescField & { fieldKind: 'list' | 'map' },
    depth: number,
  ): void {
    const lexer = this.#lexer;
    if (field.fieldKind === 'list') this.#colon(field);
    else lexer.skip(':');
    if (!lexer.skip('[')) {
      this.#element(message, field, depth);
      return;
    }
    if (lexer.skip(']')) return;
    do this.#element(message, field, depth);
    while (lexer.skip(','));
    lexer.expect(']');
  }

  #element(
    message: ReflectMessage,
    field: DescField & { fieldKind: 'list' | 'map' },
    depth: number,
  ): void {
    if (field.fieldKind === 'map') this.#mapEntry(message, field, depth);
    else message.get(field).add(this.#value(field, field.name, depth));
  }

  /** `{ key: K value: V }`, either of them zero where left out; the last of equal keys counts. */
  #mapEntry(message: ReflectMessage, field: DescField & { fieldKind: 'map' }, depth: number): void {
    const lexer = this.#lexer;
    checkDepth(lexer, depth + 1);
    const end = openMessage(lexer);
    let key: unknown;
    let value: unknown;
    while (!lexer.is('}') && !lexer.is('>') && lexer.kind !== 'end') {
      const { start } = lexer;
      const name = lexer.identifier();
      if (name !== 'key' && name !== 'value') {
        lexer.fail(
          `The map "${field.name}" has entries of "key" and "value", not "${shorten(name)}".`,
          start,
        );
      }
      if ((name === 'key' ? key : value) !== undefined) {
        lexer.fail(`Non-repeated field "${name}" is specified multiple times.`, start);
      }
      if (name === 'key') {
        lexer.expect(':');
        key = scalarValue(lexer, field.mapKey, name);
      } else {
        this.#colon(field);
        value = this.#value(field, name, depth + 1);
      }
      this.#separator();
    }
    lexer.expect(end);
    message.get(field).set(key ?? scalarZeroValue(field.mapKey, false), value ?? zeroValue(field));
  }

  #value(type: ValueType, fieldName: string, depth: number): unknown {
    if (type.message !== undefined) return this.#message(type.message, depth + 1);
    if (type.enum !== undefined) return enumValue(this.#lexer, type.enum, fieldName);
    return scalarValue(this.#lexer, type.scalar, fieldName);
  }

  #message(type: DescMessage, depth: number): ReflectMessage {
    checkDepth(this.#lexer, depth);
    const message = reflect(type, undefined, false);
    const end = openMessage(this.#lexer);
    this.#fields(message, depth);
    this.#lexer.expect(end);
    return message;
  }

  /** `[type.googleapis.com/full.Name] { … }` in an Any; in all else the name of an extension. */
  #bracketed(message: ReflectMessage, depth: number): void {
    const lexer: Lexer = this.#lexer;
    const { start } = lexer;
    lexer.next();
    let url = '';
    while (!lexer.is(']')) {
      if (!(lexer.kind === 'identifier' || lexer.is('.') || lexer.is('/') || lexer.is('-'))) {
        lexer.fail(`Expected "]", found "${lexer.shown}".`);
      }
      url += lexer.text;
      lexer.next();
    }
    lexer.next();
    if (message.desc.typeName !== 'google.protobuf.Any') {
      lexer.fail(
        `Extension "${shorten(url)}" is not defined or is not an extension of "${message.desc.typeName}".`,
        start,
      );
    }
    const slash = url.lastIndexOf('/');
    const type = anyPrefixes.includes(url.slice(0, slash))
      ? this.#registry?.getMessage(url.slice(slash + 1))
      : undefined;
    if (type === undefined) {
      lexer.fail(`Could not find type "${url}" stored in google.protobuf.Any.`, start);
    }
    const [typeUrl, value] = message.desc.fields;
    if (message.isSet(typeUrl!) || message.isSet(value!)) {
      lexer.fail('Non-repeated Any specified multiple times.', start);
    }
    lexer.skip(':');
    const content = this.#message(type, depth + 1);
    message.set(typeUrl!, url);
    message.set(value!, toBinary(type, content.message));
    this.#separator();
  }
}

function checkUnset(
  lexer: Lexer,
  message: ReflectMessage,
  field: DescField,
  zeros: ReadonlySet<DescField> | null,
  start: number,
): void {
  if (message.isSet(field) || zeros?.has(field)) {
    lexer.fail(`Non-repeated field "${field.name}" is specified multiple times.`, start);
  }
  const other = field.oneof === undefined ? undefined : message.oneofCase(field.oneof);
  if (other !== undefined) {
    lexer.fail(
      `Field "${field.name}" is specified along with field "${other.name}", another member of oneof "${field.oneof!.name}".`,
      start,
    );
  }
}

/** What a map entry without a value holds. */
function zeroValue(type: ValueType): unknown {
  if (type.message !== undefined) return reflect(type.message, undefined, false);
  if (type.enum !== undefined) return type.enum.values[0]!.number;
  return scalarZeroValue(type.scalar, false);
}
