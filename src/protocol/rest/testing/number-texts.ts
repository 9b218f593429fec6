type Random = () => number;

const bits = new BigUint64Array(1);
const double = new Float64Array(bits.buffer);
const halfBits = new Uint32Array(1);
const single = new Float32Array(halfBits.buffer);

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function digits(random: Random, count: number): string {
  let text = '';
  while (text.length < count) text += String(below(random, 1e9)).padStart(9, '0');
  return text.slice(0, count);
}

function randomDouble(random: Random): number {
  do bits[0] = (BigInt(below(random, 2 ** 32)) << 32n) | BigInt(below(random, 2 ** 32));
  while (!Number.isFinite(double[0]));
  return double[0]!;
}

function randomSingle(random: Random): number {
  do halfBits[0] = below(random, 2 ** 32);
  while (!Number.isFinite(single[0]));
  return single[0]!;
}

/** A finite double with all its digits, and those of `more` behind them. */
function exactText(value: number, more: string): string {
  bits[0] = 0n;
  double[0] = Math.abs(value);
  const exponent = Number(bits[0]! >> 52n);
  const fraction = bits[0]! & (2n ** 52n - 1n);
  const significand = exponent === 0 ? fraction : fraction | (2n ** 52n);
  const power = Math.max(exponent, 1) - 1075;
  const sign = value < 0 ? '-' : '';
  if (power >= 0) return `${sign}${significand << BigInt(power)}.0${more}`;
  const scaled = String(significand * 5n ** BigInt(-power)).padStart(-power + 1, '0');
  return `${sign}${scaled.slice(0, power)}.${scaled.slice(power)}${more}`;
}

/** Text of what lies in the middle between a float or a double and the next, or next to that. */
function middleText(random: Random): string {
  const more = ['', '1', '0', '00000000000000000001'][below(random, 4)]!;
  if (random() < 0.6) {
    halfBits[0] =
      random() < 0.7 ? 0x3a000000 + below(random, 0x0a000000) : below(random, 0x7f000000);
    const low = single[0]!;
    halfBits[0]! += 1;
    const middle = (low + single[0]!) / 2;
    const kind = below(random, 4);
    if (kind === 0) return exactText(middle, more);
    if (kind === 1) return middle.toPrecision(17);
    if (kind === 2) return String(middle);
    return middle.toExponential(8 + below(random, 12));
  }
  // Between two doubles from 2^52 on lies a half: with one digit more it is written exactly.
  const size = 2 ** (52 - below(random, 12));
  const low = size + below(random, 2 ** 30);
  bits[0] = 0n;
  double[0] = low;
  bits[0]! += 1n;
  const gap = double[0]! - low;
  return exactText(low, '').replace(/0$/, '') + String(gap / 2).slice(2) + more;
}

function integerText(random: Random): string {
  const edges = [2n ** 24n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n, 10n ** 18n];
  if (random() < 0.3) {
    const edge = edges[below(random, edges.length)]! + BigInt(below(random, 9) - 4);
    return String(random() < 0.5 ? -edge : edge);
  }
  const count = 1 + below(random, random() < 0.7 ? 4 : 22);
  const text = `${1 + below(random, 9)}${digits(random, count - 1)}`;
  return `${random() < 0.3 ? '-' : ''}${random() < 0.1 ? '0' : text}`;
}

/** Integers of all sizes; small ones and those at the ends of the types more often. */
export function randomIntegerText(random: Random): string {
  return integerText(random);
}

/**
 * A number of JSON: like those of real requests, of random digits, at the ends of the types, and
 * between two floats or doubles.
 */
export function randomNumberText(random: Random): string {
  const sign = random() < 0.3 ? '-' : '';
  switch (below(random, 12)) {
    case 0:
      return integerText(random);
    case 1:
      return String(Math.fround(random()));
    case 2:
      return String(random() * 10 ** below(random, 12));
    case 3:
      return sign + (random() * 10 ** below(random, 5)).toFixed(1 + below(random, 9));
    case 4:
      return middleText(random);
    case 5:
      return randomSingle(random)
        .toPrecision(1 + below(random, 25))
        .replace('e+', 'e');
    case 6:
      return String(randomDouble(random));
    case 7:
      return randomDouble(random).toExponential(below(random, 20)).replace('e', 'E');
    case 8: {
      // Subnormal and tiny numbers of both types.
      const power = [-38, -45, -46, -308, -323, -324, -330][below(random, 7)]!;
      return `${sign}${1 + below(random, 9)}.${digits(random, 1 + below(random, 18))}e${power}`;
    }
    case 9:
      return `${sign}0.${'0'.repeat(below(random, 25))}${digits(random, 1 + below(random, 22))}`;
    case 10:
      return (
        sign + ['0', '0.0', '0e5', '0.0e-7', '0E+0', '0e300', '1e05', '1e-007'][below(random, 8)]!
      );
    default: {
      const integer =
        random() < 0.3 ? '0' : `${1 + below(random, 9)}${digits(random, below(random, 20))}`;
      const fraction = random() < 0.7 ? `.${digits(random, 1 + below(random, 24))}` : '';
      const exponent = random() < 0.4 ? `e${below(random, 160) - 80}` : '';
      return `${sign}${integer}${fraction}${exponent}`;
    }
  }
}
