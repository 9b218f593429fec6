/** A small generator of numbers that are the same for every run with one seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to `limit`, which is not included. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
}

/** What is put in the place of bytes: ends of ranges, tags and varints, tokens of JSON. */
const binaryPieces = [
  [0x00],
  [0x7f],
  [0x80],
  [0xff],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
  [0x12, 0x02, 0x08, 0x00],
  [0x12, 0x0b, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x0b, 0x0b, 0x0b, 0x0b],
  [0x22, 0x00],
].map((bytes) => Buffer.from(bytes));

const textPieces = [
  ...['[', ']', '{', '}', ',', ':', '"', '\\', '\\u', '\\ud800', '\0', '\n', '\ufeff', '-', '.'],
  ...['0', '-0', '1e999', '1e-999', '00', '9'.repeat(400), '9223372036854775808', '1.5', 'NaN'],
  ...['Infinity', '-Inf', 'null', 'true', '"text"', '[]', '{}', '[[]]', '{"b64":"AA=="}'],
  ...['{"examples":[{"x":1}]}', '"context":{"x":[1.5]},', '"examples":[{}],', '{"x":null}'],
  ...['{"b64":"A"}', '"signature_name":"x",', '"inputs":[],', '"instances":[1],'],
  '['.repeat(300),
].map((text) => Buffer.from(text));

/** The bytes with one to four small changes of the kinds that find faults in readers. */
export function mutate(bytes: Buffer, pieces: readonly Buffer[], random: Random): Buffer {
  let changed = bytes;
  for (let left = 1 + random.below(4); left > 0; left--) changed = change(changed, pieces, random);
  return changed;
}

export const mutateBinary = (bytes: Buffer, random: Random): Buffer =>
  mutate(bytes, binaryPieces, random);

export const mutateText = (bytes: Buffer, random: Random): Buffer =>
  mutate(bytes, textPieces, random);

function change(bytes: Buffer, pieces: readonly Buffer[], random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const length = random.below(Math.min(bytes.length - at, 40) + 1);
  const [head, middle, tail] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  switch (random.below(7)) {
    case 0:
      return head;
    case 1:
      return Buffer.concat([head, tail]);
    case 2:
      return Buffer.concat([head, middle, middle, tail]);
    case 3:
      return Buffer.concat([head, random.pick(pieces), tail]);
    case 4:
      return Buffer.concat([head, random.pick(pieces), bytes.subarray(at)]);
    default: {
      if (at === bytes.length) return bytes;
      const copy = Buffer.from(bytes);
      copy[at] = random.below(2) === 0 ? copy[at]! ^ (1 << random.below(8)) : random.below(256);
      return copy;
    }
  }
}
