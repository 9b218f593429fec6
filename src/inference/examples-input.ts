import { invalidArgument, resourceExhausted } from '../status/index.ts';
import { DType, type StringTensor } from '../tensor/index.ts';
import { type Bytes, pace, type Steps, WireReader, WireType, wireTag } from '../util/index.ts';

/** What reading Examples needs of the request that they are for. */
export interface ExamplesReader {
  /** See {@link PredictCall}. */
  reserve(bytes: number): void;
  readonly signal: AbortSignal | null;
}

/** The Examples of a request, which the server hands to the model as they are. */
export interface ExamplesInput {
  /**
   * The serialized Examples as one vector, in memory of their own; empty where there is none.
   *
   * @throws (or rejects with) StatusError
   */
  tensor(reader: ExamplesReader): StringTensor | Promise<StringTensor>;
}

const exampleListTag = wireTag(1, WireType.LENGTH);
const exampleListWithContextTag = wireTag(2, WireType.LENGTH);
/** Of both kinds of list. */
const exampleTag = wireTag(1, WireType.LENGTH);
/** Of ExampleListWithContext. */
const contextTag = wireTag(2, WireType.LENGTH);

/** Memory of a string beside its bytes: its offset here and its cell in the engine. */
export const exampleOverhead = 32;

/** More than any machine can hold; keeps sums exact. */
const mostBytes = 2 ** 46;

/** Examples looked at between two pauses, and the bytes copied. */
const examplesPerStep = 128;
const bytesPerStep = 128 * 1024;

/** A message within the request: where its bytes begin and end. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The `tensorflow.serving.Input` of a request that came as protobuf. Its Examples stay where they
 * are in the message until they are copied once, into the tensor; nothing is made for each of them.
 *
 * An Example, and a context, is looked into as far as the fields of its own level go, so that none
 * can run into another; what is in them the model reads. A context goes in front of every Example,
 * which merges the two as protobuf does: the Example wins.
 */
export class WireExamples implements ExamplesInput {
  readonly #message: Bytes;
  #hasContext = false;
  #lists: Range[] = [];

  /** @param message must not change until the tensor is read. */
  constructor(message: Bytes) {
    this.#message = message;
  }

  /** Reads a LENGTH field of the message that is an Input. Of several the later are merged in. */
  read(reader: WireReader): void {
    const outer = reader.enter();
    while (!reader.done) {
      const tag = reader.tag();
      if (tag !== exampleListTag && tag !== exampleListWithContextTag) {
        reader.skip(tag);
        continue;
      }
      const hasContext = tag === exampleListWithContextTag;
      if (hasContext !== this.#hasContext) this.#lists = [];
      this.#hasContext = hasContext;
      const length = reader.length();
      this.#lists.push({ start: reader.offset, end: reader.offset + length });
      reader.advance(length);
    }
    reader.leave(outer);
  }

  tensor(reader: ExamplesReader): StringTensor | Promise<StringTensor> {
    return pace(this.#read(reader), reader);
  }

  *#read(call: ExamplesReader): Steps<StringTensor> {
    const contexts: Range[] = [];
    let count = 0;
    let length = 0;
    for (const list of this.#lists) {
      const reader = new WireReader(this.#message, list.start, list.end);
      for (let fields = 1; !reader.done; fields++) {
        const tag = reader.tag();
        const isExample = tag === exampleTag;
        if (!isExample && !(tag === contextTag && this.#hasContext)) {
          reader.skip(tag);
          continue;
        }
        const outer = reader.enter();
        const start = reader.offset;
        while (!reader.done) reader.skip(reader.tag());
        if (isExample) {
          count++;
          length += reader.offset - start;
        } else contexts.push({ start, end: reader.offset });
        reader.leave(outer);
        if (fields % examplesPerStep === 0) yield;
      }
    }
    const context = this.#context(contexts);
    const total = length + count * context.length;
    if (total > mostBytes) throw resourceExhausted(`No memory for ${total} bytes of Examples`);
    call.reserve(count * exampleOverhead + total);
    return yield* this.#copy(count, total, context);
  }

  /** The bytes of all contexts, which merge by concatenation. */
  #context(contexts: readonly Range[]): Uint8Array {
    const parts = contexts.map(({ start, end }) =>
      new WireReader(this.#message, start, end).take(end - start),
    );
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  *#copy(count: number, total: number, context: Uint8Array): Steps<StringTensor> {
    const bytes = Buffer.allocUnsafeSlow(total);
    const offsets = new Float64Array(count + 1);
    let at = 0;
    let done = 0;
    let pause = bytesPerStep;
    for (const list of this.#lists) {
      const reader = new WireReader(this.#message, list.start, list.end);
      while (!reader.done) {
        const tag = reader.tag();
        if (tag !== exampleTag) {
          reader.skip(tag);
          continue;
        }
        bytes.set(context, at);
        at += context.length;
        for (let rest = reader.length(); rest > 0; ) {
          const length = Math.min(rest, bytesPerStep);
          reader.copy(length, bytes, at);
          at += length;
          rest -= length;
          if (rest > 0) yield;
        }
        offsets[++done] = at;
        if (at < pause && done % examplesPerStep !== 0) continue;
        pause = at + bytesPerStep;
        yield;
      }
    }
    return { dtype: DType.STRING, shape: [count], bytes, offsets };
  }
}

/** @throws StatusError INVALID_ARGUMENT (spec 6.3) */
export function checkNotEmpty(examples: StringTensor): void {
  if (examples.shape[0] === 0) throw invalidArgument('Input is empty.');
}
