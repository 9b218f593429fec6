/**
 * Bits of the code of each byte, and last of the end of the string (RFC 7541, Appendix B). The code
 * is canonical: shorter codes first, and of one length in the order of the bytes.
 */
const codeLengths: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5,
  6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6,
  7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23,
  23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22,
  22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22,
  23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27,
  27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25,
  24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];

const endOfString = 256;
const nothing = 0xfff;

/**
 * The decoder as a machine that takes four bits a step: for each inner node of the code's tree and each
 * four bits, where they lead (bits 13 and up), the byte they complete (`nothing`: none) and whether a
 * string may end there (bit 12): after at most seven bits of ones. -1: not a code.
 */
const steps: Int32Array = buildSteps();

function buildSteps(): Int32Array {
  const children: number[][] = [[0, 0]];
  const leafOf = (symbol: number): number => -1 - symbol;
  let code = 0;
  let length = 0;
  const order = codeLengths
    .map((bits, symbol) => ({ bits, symbol }))
    .sort((a, b) => a.bits - b.bits || a.symbol - b.symbol);
  for (const { bits, symbol } of order) {
    code *= 2 ** (bits - length);
    length = bits;
    let node = 0;
    for (let bit = bits - 1; bit > 0; bit--) {
      const side = (code >>> bit) & 1;
      if (children[node]![side] === 0) children[node]![side] = children.push([0, 0]) - 1;
      node = children[node]![side]!;
    }
    children[node]![code & 1] = leafOf(symbol);
    code += 1;
  }
  const mayEnd = new Set<number>();
  for (let node = 0, bits = 0; bits < 8; bits++) {
    mayEnd.add(node);
    node = children[node]![1]!;
  }
  const table = new Int32Array(children.length * 16);
  for (let from = 0; from < children.length; from++) {
    for (let nibble = 0; nibble < 16; nibble++) {
      let node = from;
      let emitted = nothing;
      for (let bit = 3; bit >= 0 && node >= 0; bit--) {
        node = children[node]![(nibble >>> bit) & 1]!;
        if (node === leafOf(endOfString)) break;
        if (node < 0) {
          emitted = -1 - node;
          node = 0;
        }
      }
      const accepts = mayEnd.has(node) ? 1 : 0;
      table[from * 16 + nibble] = node < 0 ? -1 : (node << 13) | (accepts << 12) | emitted;
    }
  }
  return table;
}

/** No byte has a code of less than five bits. */
let scratch = Buffer.allocUnsafeSlow(1024);

/** @returns the text of `source` from `start` to `end`; null where it is no Huffman code. */
export function decodeHuffman(source: Uint8Array, start: number, end: number): string | null {
  const most = Math.ceil(((end - start) * 8) / 5);
  if (most > scratch.length) scratch = Buffer.allocUnsafeSlow(most);
  let length = 0;
  let node = 0;
  let mayEnd = true;
  for (let at = start; at < end; at++) {
    const byte = source[at]!;
    for (let half = 4; half >= 0; half -= 4) {
      const step = steps[node * 16 + ((byte >>> half) & 15)]!;
      if (step < 0) return null;
      const symbol = step & nothing;
      if (symbol !== nothing) scratch[length++] = symbol;
      mayEnd = (step & 0x1000) !== 0;
      node = step >>> 13;
    }
  }
  return mayEnd ? scratch.toString('latin1', 0, length) : null;
}
