import { ConnectionFault, ErrorCode, frameSizeFault, protocolFault } from './faults.ts';
import { Flag, readUint31 } from './frame.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import { FieldCollector, type FieldsProblem, type RequestFields } from './request-fields.ts';

/** A block of header fields that has come whole. */
export interface HeaderBlock {
  readonly streamId: number;
  readonly endsStream: boolean;
  readonly bytes: Uint8Array;
}

/** Frames that one block may come in: one of 16 KiB each is enough for the longest. */
const mostFragments = 64;

/** Blocks that came before, for clients that send the same again and again. */
const longestRemembered = 512;
const mostRemembered = 32;

/** Puts the blocks of one connection together and decodes them. */
export class HeaderBlocks {
  readonly #maxBytes: number;
  readonly #decoder = new HpackDecoder();
  readonly #remembered = new Map<string, RequestFields>();
  #generation = 0;
  #streamId = 0;
  #endsStream = false;
  #fragments: Uint8Array[] = [];
  #length = 0;

  /** @param maxBytes of one block, encoded or not */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The stream whose block goes on with the next frame; 0: none. */
  get open(): number {
    return this.#streamId;
  }

  /**
   * A HEADERS frame. @returns null where more is to come
   * @param payload not kept
   * @throws ConnectionFault
   */
  begin(flags: number, streamId: number, payload: Uint8Array): HeaderBlock | null {
    const fragment = fragmentOf(flags, streamId, payload);
    const endsStream = (flags & Flag.endStream) !== 0;
    if ((flags & Flag.endHeaders) !== 0) return { streamId, endsStream, bytes: fragment };
    this.#streamId = streamId;
    this.#endsStream = endsStream;
    this.#keep(fragment);
    return null;
  }

  continue(streamId: number, fragment: Uint8Array, isWhole: boolean): HeaderBlock | null {
    if (streamId === 0 || streamId !== this.#streamId)
      throw protocolFault('CONTINUATION of no block');
    this.#keep(fragment);
    if (!isWhole) return null;
    const block = { streamId, endsStream: this.#endsStream, bytes: Buffer.concat(this.#fragments) };
    this.#streamId = 0;
    this.#fragments = [];
    this.#length = 0;
    return block;
  }

  /** The fields with which a request begins. @throws ConnectionFault COMPRESSION_ERROR */
  request(block: Uint8Array): RequestFields | FieldsProblem {
    const key = block.length <= longestRemembered ? this.#keyOf(block) : null;
    const known = key === null ? undefined : this.#remembered.get(key);
    if (known !== undefined) return known;
    const { generation } = this.#decoder;
    const collector = new FieldCollector(this.#maxBytes);
    this.#decoder.decode(block, (name, value) => collector.add(name, value));
    const fields = collector.request();
    if (key !== null && typeof fields !== 'string' && this.#decoder.generation === generation) {
      if (this.#remembered.size >= mostRemembered) this.#remembered.clear();
      this.#remembered.set(key, fields);
    }
    return fields;
  }

  /** Fields behind a request's content, which say nothing to us. @returns whether they may be there. */
  trailers(block: Uint8Array): boolean {
    const collector = new FieldCollector(this.#maxBytes);
    this.#decoder.decode(block, (name, value) => collector.add(name, value));
    return collector.isTrailers;
  }

  #keyOf(block: Uint8Array): string {
    if (this.#generation !== this.#decoder.generation) {
      this.#generation = this.#decoder.generation;
      this.#remembered.clear();
    }
    return Buffer.from(block.buffer, block.byteOffset, block.length).toString('latin1');
  }

  #keep(fragment: Uint8Array): void {
    this.#length += fragment.length;
    if (this.#length > this.#maxBytes || this.#fragments.length === mostFragments) {
      throw new ConnectionFault(ErrorCode.enhanceYourCalm, 'A block of header fields is too long');
    }
    this.#fragments.push(fragment.slice());
  }
}

/** What a HEADERS frame holds of a block, without its padding and its priority. */
function fragmentOf(flags: number, streamId: number, payload: Uint8Array): Uint8Array {
  let start = 0;
  let end = payload.length;
  if ((flags & Flag.padded) !== 0) {
    if (end === 0) throw frameSizeFault('HEADERS');
    end -= payload[0]!;
    start = 1;
  }
  let dependsOnItself = false;
  if ((flags & Flag.priority) !== 0) {
    if (payload.length < start + 5) throw frameSizeFault('HEADERS');
    dependsOnItself = readUint31(payload, start) === streamId;
    start += 5;
  }
  if (start > end) throw protocolFault('More padding than payload');
  if (dependsOnItself) throw protocolFault('A stream that depends on itself');
  return payload.subarray(start, end);
}
