import { DType, dtypeInfo, type Shape } from '../../tensor/index.ts';
import type { ElementFormat } from './element-format.ts';
import type { ElementTarget } from './element-target.ts';
import { Char } from './json/chars.ts';
import { checkNumber } from './json/check-token.ts';
import { DecimalReader } from './json/decimal.ts';
import {
  KernelExpect,
  kernelLevels,
  Layout,
  type NumberKernel,
  Stop,
  textMargin,
} from './number-kernel.ts';
import { Outcome } from './outcome.ts';
import { ScalarReader } from './scalar-reader.ts';

/** A list that ends within so many bytes is not worth the calls. */
const shortList = 128;

/** Windows grow if they turn out to be too small, up to that of the kernel. */
const minWindow = 256;
const windowGrowth = 8;

/**
 * Numbers that the kernel leaves to others, in one step: each may take some microseconds. And those
 * of a whole list, from which on it is faster read by others altogether: these and one for each so
 * many bytes.
 */
const hardPerStep = 32;
const someHard = 16;
const bytesPerHard = 64;

const word = (offset: number): number => offset / 4;
const [LEVEL, RANK, EXPECT] = [word(Layout.LEVEL), word(Layout.RANK), word(Layout.EXPECT)];
const [WRITTEN, STATUS] = [word(Layout.WRITTEN), word(Layout.STATUS)];
const [SIZES, COUNTS] = [word(Layout.SIZES), word(Layout.COUNTS)];

/**
 * Whether a list that may be one of many numbers begins at `p`: it does not end soon and does not
 * begin with strings or objects.
 */
export function mayBeNumbers(json: Buffer, p: number): boolean {
  const stop = p + shortList;
  if (stop > json.length) return false;
  let depth = 0;
  for (; p < stop; p++) {
    const c = json[p]!;
    if (c === Char.OPEN_LIST) depth++;
    else if (c === Char.CLOSE_LIST && --depth === 0) return false;
    else if (c === Char.QUOTE || c === Char.OPEN_OBJECT) return false;
  }
  return true;
}

/**
 * The fast way through a list, or lists in lists, of many numbers: checks the grammar, finds the
 * shape and reads the elements, all in one pass of the {@link NumberKernel} over windows of the
 * text. FAILED says only that there is anything unusual, and nothing about what it is: lists of
 * different sizes, elements that are no numbers or not of the type, wrong syntax.
 *
 * Resumable: after {@link begin} call {@link run} until it is no longer MORE. A step reads up to
 * 32 KiB, which takes about 20 µs; between steps others may use the kernel.
 */
export class NumberListReader {
  /** Where the next step goes on; behind the list after DONE. */
  pos = 0;

  readonly kernel: NumberKernel;
  readonly format: ElementFormat | null;

  readonly #json: Buffer;
  readonly #decimal = new DecimalReader();
  /** One element, for numbers that the kernel does not read. */
  readonly #one: Uint8Array;
  readonly #oneData: Float32Array | Float64Array | null = null;
  readonly #scalars: ScalarReader | null = null;

  #target: ElementTarget | null = null;
  #start = 0;
  /** Numbers of the list that the kernel did not read. */
  #hard = 0;
  #window = 0;
  #maxLevels = 0;
  /** What the kernel must know to go on. */
  #level = 0;
  #rank = 0;
  #expect: number = KernelExpect.VALUE;
  readonly #sizes = new Int32Array(kernelLevels);
  readonly #counts = new Int32Array(kernelLevels);

  /** @param format of the elements; null: any numbers, which are only checked */
  constructor(json: Buffer, kernel: NumberKernel, format: ElementFormat | null) {
    this.#json = json;
    this.kernel = kernel;
    this.format = format;
    this.#one = new Uint8Array(8);
    if (format === null) return;
    const { array } = dtypeInfo(format.dtype);
    const data = new array!(this.#one.buffer as ArrayBuffer, 0, 1);
    if (data instanceof Float32Array || data instanceof Float64Array) this.#oneData = data;
    else this.#scalars = new ScalarReader(json, format.dtype, data);
  }

  /**
   * @param pos of the bracket
   * @param guess bytes of text that the list may have
   * @param shape that the list must have; null: any of up to `maxLevels`
   * @param target where the elements go; null: nowhere
   */
  begin(
    pos: number,
    guess: number,
    shape: Shape | null,
    maxLevels: number,
    target: ElementTarget | null,
  ): void {
    this.pos = pos;
    this.#start = pos;
    this.#hard = 0;
    this.#target = target;
    // A little more, as the list is to end in front of the margin.
    this.#window = Math.min(guess + (guess >> 3) + minWindow, this.kernel.window);
    this.#level = 0;
    this.#rank = -1;
    this.#expect = KernelExpect.VALUE;
    this.#maxLevels = Math.min(maxLevels, kernelLevels - 2);
    if (shape === null) return;
    this.#rank = shape.length;
    this.#maxLevels = shape.length;
    this.#sizes.set(shape);
  }

  /** The shape, after DONE. */
  shape(): number[] {
    return [...this.#sizes.subarray(0, this.#rank)];
  }

  run(): Outcome {
    const kernel = this.kernel;
    const { words } = kernel;
    const start = this.pos;
    const end = this.#load(start);
    this.#restore();
    const read = kernel[this.format?.read ?? 'floats'];
    let p: number = Layout.TEXT;
    let outcome: Outcome = Outcome.MORE;
    for (let hard = 0; ; hard++) {
      p = read(p, end);
      this.#flush();
      const stop = words[STATUS];
      if (stop === Stop.DONE) outcome = Outcome.DONE;
      if (stop === Stop.ODD) return Outcome.FAILED;
      if (stop !== Stop.HARD) break;
      this.#hard++;
      p = this.#readHard(start + p - Layout.TEXT) - start + Layout.TEXT;
      if (p < Layout.TEXT) return Outcome.FAILED;
      if (hard === hardPerStep || p >= end) break;
    }
    this.pos = start + p - Layout.TEXT;
    if (this.#hard > someHard + (this.pos - this.#start) / bytesPerHard) return Outcome.FAILED;
    this.#save();
    // The text ends inside the list.
    return outcome === Outcome.MORE && this.pos >= this.#json.length ? Outcome.FAILED : outcome;
  }

  /** Copies text into the kernel. @returns where it must not begin another token */
  #load(start: number): number {
    const json = this.#json;
    const { bytes } = this.kernel;
    const size = Math.min(this.#window, json.length - start);
    this.#window = Math.min(this.#window * windowGrowth, this.kernel.window);
    const end = Layout.TEXT + size;
    json.copy(bytes, Layout.TEXT, start, start + size);
    if (start + size < json.length) return end - textMargin;
    bytes.fill(0, end, end + textMargin);
    return end;
  }

  #restore(): void {
    const { words, longs } = this.kernel;
    words[LEVEL] = this.#level;
    words[RANK] = this.#rank;
    words[EXPECT] = this.#expect;
    words[word(Layout.MAX_LEVEL)] = this.#maxLevels;
    words.fill(-1, SIZES, SIZES + kernelLevels);
    for (let i = 0; i < this.#rank; i++) words[SIZES + i] = this.#sizes[i]!;
    for (let i = 0; i < this.#level; i++) words[COUNTS + i] = this.#counts[i]!;
    const format = this.format;
    if (format === null) return;
    words[word(Layout.UNIT)] = format.size;
    longs[Layout.LEAST / 8] = format.least;
    longs[Layout.GREATEST / 8] = format.greatest;
  }

  #save(): void {
    const { words } = this.kernel;
    this.#level = words[LEVEL]!;
    this.#rank = words[RANK]!;
    this.#expect = words[EXPECT]!;
    for (let i = 0; i < this.#rank; i++) this.#sizes[i] = words[SIZES + i]!;
    for (let i = 0; i < this.#level; i++) this.#counts[i] = words[COUNTS + i]!;
  }

  #flush(): void {
    const written = this.kernel.words[WRITTEN]!;
    if (this.#target === null || written === 0) return;
    this.#target.put(this.kernel.bytes.subarray(Layout.ELEMENTS, Layout.ELEMENTS + written));
  }

  /** Reads the element at `p` without the kernel. @returns the position behind it, or −1 */
  #readHard(p: number): number {
    const json = this.#json;
    let end: number;
    try {
      end = checkNumber(json, p);
    } catch {
      // Whoever reads the list the slow way meets the same error and tells it.
      return -1;
    }
    if (this.#scalars !== null) {
      if (this.#scalars.read(p, 0) < 0) return -1;
    } else if (this.#oneData !== null) {
      this.#decimal.read(json, p, this.format!.dtype === DType.FLOAT);
      this.#oneData[0] = this.#decimal.value;
    }
    this.#target?.put(this.#one.subarray(0, this.format?.size ?? 0));
    const { words } = this.kernel;
    words[COUNTS + words[LEVEL]! - 1]! += 1;
    words[EXPECT] = KernelExpect.DELIMITER;
    return end;
  }
}
