/**
 * Reads nested lists of numbers, as JSON writes tensors, from a window of text into a window of
 * elements. AssemblyScript: `npm run generate` compiles it; `number-kernel.ts` of
 * `src/protocol/rest/json` lays the memory out as it is described here, and `number-lists.ts`
 * there moves the windows and knows what is not done here.
 *
 * What is read is checked completely: the grammar of lists and numbers, and that lists of one level
 * have one size. The reader stops in front of the first thing that it does not know: HARD is
 * something in the place of a number that others must look at, ODD is anything else.
 *
 * Memory, in bytes; the compiler takes it that nothing lies below 1024:
 *
 *    1024  state: words (see below) and the least and greatest integer, 8 bytes each
 *    1088  constants, 16 bytes each
 *    1184  swizzles: 32 bytes; 16 of them from the n-th on move n of 16 bytes to the end
 *    1216  integers: 10^0 to 10^18, 8 bytes each
 *    1536  sizes, 256 words: of the lists of each level; -1 where none has ended yet
 *    2560  counts, 256 words: elements so far of the open list of each level
 *    3584  doubles: 10^-64 to 10^64, 8 bytes each
 *    4864  significands of 10^-64 to 10^64: 128 bits each, the high half first
 *    8192  text: a window of 32 KiB, and 64 bytes that may be read behind it
 *   49152  elements
 */

// State.
const LEVEL: usize = 1024;
const RANK: usize = 1028;
const EXPECT: usize = 1032;
const MAX_LEVEL: usize = 1036;
const WRITTEN: usize = 1040;
const STATUS: usize = 1044;
const UNIT: usize = 1048;
const LEAST: usize = 1056;
const GREATEST: usize = 1064;
const STOP: usize = 1072;

// Constants.
const TO_SIGNED: usize = 1088;
const NINE: usize = 1104;
const ZERO: usize = 1120;
const TENS: usize = 1136;
const HUNDREDS: usize = 1152;
const TEN_THOUSANDS: usize = 1168;

const SWIZZLES: usize = 1184;
const INTEGERS: usize = 1216;
const SIZES: usize = 1536;
const COUNTS: usize = 2560;
const POWERS: usize = 3584;
const SIGNIFICANDS: usize = 4864;
const OUT: usize = 49152;

/** The powers of ten of the tables. */
const MAX_POWER: i32 = 64;

/** The bits of no double that is read here. */
const UNKNOWN: u64 = 0xffffffffffffffff;

// What may come next.
const VALUE: i32 = 0;
const FIRST: i32 = 1;
const DELIMITER: i32 = 2;

// Why a call stopped.
const MORE: i32 = 0;
const DONE: i32 = 1;
const HARD: i32 = 2;
const ODD: i32 = 3;

// Kinds of elements.
const FLOAT: i32 = 0;
const DOUBLE: i32 = 1;
const INT: i32 = 2;

const SPACE: u32 = 0x20;
const COMMA: u32 = 0x2c;
const MINUS: u32 = 0x2d;
const PLUS: u32 = 0x2b;
const DOT: u32 = 0x2e;
const DIGIT_0: u32 = 0x30;
const LOWER_E: u32 = 0x65;
const OPEN: u32 = 0x5b;
const CLOSE: u32 = 0x5d;

/** A bit for each of the 16 bytes at `p` that is no digit. */
// @ts-ignore: decorator
@inline
function notDigits(p: usize, toSigned: v128, nine: v128): u32 {
  return i8x16.bitmask(i8x16.gt_s(i8x16.add(v128.load(p), toSigned), nine));
}

/** The number that `n` digits at `p` make, 1 to 8 of them. */
// @ts-ignore: decorator
@inline
function upTo8(p: usize, n: u32): u64 {
  let x = load<u64>(p) << ((8 - n) << 3);
  x = x & 0x0f0f0f0f0f0f0f0f;
  x = ((x * 2561) >> 8) & 0x00ff00ff00ff00ff;
  x = ((x * 6553601) >> 16) & 0x0000ffff0000ffff;
  return (x * 42949672960001) >> 32;
}

/** The number that `n` digits at `p` make, 0 to 16 of them. */
// @ts-ignore: decorator
@inline
function upTo16(p: usize, n: u32): u64 {
  const digits = i8x16.swizzle(
    i8x16.sub(v128.load(p), v128.load(ZERO)),
    v128.load(SWIZZLES + n),
  );
  const pairs = i16x8.shr_u(i16x8.mul(digits, v128.load(TENS)), 8);
  const fours = i32x4.dot_i16x8_s(pairs, v128.load(HUNDREDS));
  const packed = i16x8.narrow_i32x4_u(fours, fours);
  const eights = <u64>i64x2.extract_lane(i32x4.dot_i16x8_s(packed, v128.load(TEN_THOUSANDS)), 0);
  return (eights & 0xffffffff) * 100000000 + (eights >> 32);
}

/** The high half of a product of 128 bits. */
function mulHigh(a: u64, b: u64): u64 {
  const al = a & 0xffffffff;
  const ah = a >> 32;
  const bl = b & 0xffffffff;
  const bh = b >> 32;
  const low = al * bl;
  const mid = ah * bl + (low >> 32);
  const mid2 = al * bh + (mid & 0xffffffff);
  return ah * bh + (mid >> 32) + (mid2 >> 32);
}

/**
 * The bits of the double nearest to `w` × 10^`power`, or UNKNOWN if that is not certain.
 *
 * The significand of the power is cut to 64 bits, then to 128: what is missing moves the product by
 * less than one unit of its lowest bit times `w`, so the bits below the double's own tell whether
 * the rounding is certain.
 *
 * @param power one of the tables'
 */
function nearestDouble(w: u64, power: i32): u64 {
  if (w == 0) return 0;
  const shift = clz(w);
  w <<= shift;
  const entry = SIGNIFICANDS + ((power + MAX_POWER) << 4);
  const significand = load<u64>(entry);
  let high = mulHigh(w, significand);
  // Bits behind the 53 of the double: the product has 127 or 128.
  const extra: u64 = 10 + (high >> 63);
  const half = <u64>1 << (extra - 1);
  let rest = high & ((half << 1) - 1);
  if (rest == half || rest == half - 1) {
    const more = mulHigh(w, load<u64>(entry + 8));
    const low = w * significand + more;
    if (low < more) high++;
    rest = high & ((half << 1) - 1);
    // Next to the middle between two doubles.
    if (rest == half && low < 2) return UNKNOWN;
    if (rest == half - 1 && low >= <u64>-4) return UNKNOWN;
  }
  // The highest bit is not stored but adds one to the exponent. A carry out of it does so, too.
  const bits = (high >> extra) + <u64>(rest >= half);
  // 10^power is its significand times 2^(floor(power × log2(10)) − 127).
  const exponent = ((217706 * power) >> 16) + 1023 + 53 + <i32>extra - <i32>shift;
  return bits + (<u64>(exponent - 1) << 52);
}

/**
 * The bits of a number with a fraction, or UNKNOWN.
 *
 * @param w the number without the dot and all behind the first 16 of the `digits` at `fraction`
 */
function decimal(w: u64, fraction: usize, digits: u32): u64 {
  const all = allDigits(w, fraction, digits);
  return all == UNKNOWN ? UNKNOWN : nearestDouble(all, -(<i32>digits));
}

/** Adds the digits of the fraction behind the first 16; UNKNOWN if there are too many. */
function allDigits(w: u64, fraction: usize, digits: u32): u64 {
  if (digits <= 16) return w;
  const more = digits - 16;
  if (more > 8 || w >= load<u64>(INTEGERS + ((18 - more) << 3))) return UNKNOWN;
  return w * load<u64>(INTEGERS + (more << 3)) + upTo8(fraction + 16, more);
}

/**
 * The bits of a number with an exponent, or UNKNOWN. Leaves in STOP where it ends.
 *
 * @param w see {@link decimal}
 * @param e where the exponent begins
 */
function scientific(w: u64, fraction: usize, digits: u32, e: usize): u64 {
  const sign = <u32>load<u8>(e + 1);
  let p = e + 1 + <usize>(sign == MINUS || sign == PLUS);
  const first = <u32>load<u8>(p) - DIGIT_0;
  if (first > 9) return UNKNOWN;
  let exponent = <i32>first;
  const second = <u32>load<u8>(++p) - DIGIT_0;
  if (second <= 9) {
    exponent = exponent * 10 + <i32>second;
    // Powers of three digits are in no table.
    if (<u32>load<u8>(++p) - DIGIT_0 <= 9) return UNKNOWN;
  }
  store<usize>(STOP, p);
  const all = allDigits(w, fraction, digits);
  if (all == UNKNOWN) return UNKNOWN;
  const power = (sign == MINUS ? -exponent : exponent) - <i32>digits;
  if (power < -MAX_POWER || power > MAX_POWER) return UNKNOWN;
  if (all <= <u64>1 << 53 && power >= -22 && power <= 22) {
    // Both are exact as doubles, so one operation rounds correctly.
    const f = <f64>(<i64>all);
    if (power < 0) {
      return reinterpret<u64>(f / load<f64>(POWERS + ((MAX_POWER - power) << 3)));
    }
    return reinterpret<u64>(f * load<f64>(POWERS + ((MAX_POWER + power) << 3)));
  }
  return nearestDouble(all, power);
}

function stopAt(p: usize, level: i32, rank: i32, expect: i32, out: usize, status: i32): usize {
  store<i32>(LEVEL, level);
  store<i32>(RANK, rank);
  store<i32>(EXPECT, expect);
  store<i32>(WRITTEN, <i32>(out - OUT));
  store<i32>(STATUS, status);
  return p;
}

// @ts-ignore: decorator
@inline
function read(kind: i32, p: usize, end: usize): usize {
  let level = load<i32>(LEVEL);
  let rank = load<i32>(RANK);
  let expect = load<i32>(EXPECT);
  const maxLevel = load<i32>(MAX_LEVEL);
  const unit: usize = kind == FLOAT ? 4 : kind == DOUBLE ? 8 : load<u32>(UNIT);
  const least = load<i64>(LEAST);
  const greatest = load<i64>(GREATEST);
  const toSigned = v128.load(TO_SIGNED);
  const nine = v128.load(NINE);
  let out = OUT;

  while (p < end) {
    let c = <u32>load<u8>(p);
    if (c <= SPACE) {
      if (c != SPACE && c != 0x0a && c != 0x0d && c != 0x09) {
        return stopAt(p, level, rank, expect, out, ODD);
      }
      p++;
      continue;
    }
    if (expect == DELIMITER) {
      if (c == COMMA) {
        expect = VALUE;
        p++;
        continue;
      }
      if (c != CLOSE) return stopAt(p, level, rank, expect, out, ODD);
    } else if (c == OPEN) {
      if (level == maxLevel || level == rank) return stopAt(p, level, rank, expect, out, ODD);
      store<i32>(COUNTS + (level << 2), 0);
      level++;
      expect = FIRST;
      p++;
      continue;
    }
    if (c == CLOSE) {
      if (expect == VALUE) return stopAt(p, level, rank, expect, out, ODD);
      if (rank < 0) rank = level;
      const count = load<i32>(COUNTS + ((level - 1) << 2));
      const size = load<i32>(SIZES + ((level - 1) << 2));
      if (size < 0) store<i32>(SIZES + ((level - 1) << 2), count);
      else if (size != count) return stopAt(p, level, rank, expect, out, ODD);
      level--;
      expect = DELIMITER;
      p++;
      if (level == 0) return stopAt(p, level, rank, expect, out, DONE);
      const parent = COUNTS + ((level - 1) << 2);
      store<i32>(parent, load<i32>(parent) + 1);
      continue;
    }

    // A number, and those that follow it in the innermost lists.
    if (rank < 0) rank = level;
    else if (rank != level) return stopAt(p, level, rank, expect, out, ODD);
    if (c - DIGIT_0 > 9 && c != MINUS) return stopAt(p, level, rank, expect, out, HARD);
    const counts = COUNTS + ((level - 1) << 2);
    // A list of this many elements may be followed by another that is read right here.
    const size = level > 1 ? load<i32>(SIZES + ((level - 1) << 2)) : -1;
    let count = load<i32>(counts);
    let isHard = false;
    while (p < end) {
      let mask = notDigits(p, toSigned, nine);
      const negative = mask & 1;
      mask &= 0xfffe;
      const first = p + negative;
      let stop = p + ctz(mask);
      let whole = <u32>(stop - first);
      if (kind == INT) {
        let w: i64;
        if (whole - 1 < 8) {
          w = upTo8(first, whole);
        } else {
          mask |= notDigits(p + 16, toSigned, nine) << 16;
          stop = p + ctz(mask);
          whole = <u32>(stop - first);
          if (whole <= 16) {
            w = whole == 0 ? -1 : upTo16(first, whole);
          } else {
            // Below 2^64 as long as there are 19.
            const more = min<u32>(whole - 16, 4);
            w = upTo16(first, 16) * load<u64>(INTEGERS + (more << 3)) + upTo8(first + 16, more);
          }
          if (w < 0 || whole > 19) {
            isHard = true;
            break;
          }
        }
        w = negative ? -w : w;
        const isLeadingZero = <u32>(load<u8>(first) == DIGIT_0) & <u32>(whole > 1);
        if (isLeadingZero | <u32>(w < least) | <u32>(w > greatest)) {
          isHard = true;
          break;
        }
        store<i64>(out, w);
        c = load<u8>(stop);
      } else {
        let w: u64;
        if (whole == 1) {
          w = load<u8>(first) - DIGIT_0;
        } else {
          if (whole - 1 >= 15 || load<u8>(first) == DIGIT_0) {
            isHard = true;
            break;
          }
          w = whole <= 8 ? upTo8(first, whole) : upTo16(first, whole);
        }
        c = load<u8>(stop);
        if (c == DOT) {
          mask |= notDigits(p + 16, toSigned, nine) << 16;
          mask &= mask - 1;
          const fraction = stop + 1;
          stop = p + ctz(mask);
          const digits = <u32>(stop - fraction);
          // No digits, or no end: of 32 bytes.
          if (digits - 1 >= <u32>(p + 31 - fraction)) {
            isHard = true;
            break;
          }
          const kept = min<u32>(digits, 16);
          if (w >= load<u64>(INTEGERS + ((18 - kept) << 3))) {
            isHard = true;
            break;
          }
          w = w * load<u64>(INTEGERS + (kept << 3)) + upTo16(fraction, kept);
          c = load<u8>(stop);
          if ((c | 0x20) == LOWER_E) {
            const double = scientific(w, fraction, digits, stop);
            if (double == UNKNOWN) {
              isHard = true;
              break;
            }
            stop = load<usize>(STOP);
            c = load<u8>(stop);
            if (kind == FLOAT) {
              const v = <f32>reinterpret<f64>(double);
              store<u32>(out, reinterpret<u32>(v) | (negative << 31));
            } else {
              store<u64>(out, double | (<u64>negative << 63));
            }
          } else if (whole + digits <= 15) {
            const v = <f64>(<i64>w) / load<f64>(POWERS + ((MAX_POWER + kept) << 3));
            if (kind == FLOAT) store<u32>(out, reinterpret<u32>(<f32>v) | (negative << 31));
            else store<u64>(out, reinterpret<u64>(v) | (<u64>negative << 63));
          } else if (kind == FLOAT) {
            const v = <f64>(<i64>w) * load<f64>(POWERS + ((MAX_POWER - kept) << 3));
            // How far from the middle between two floats, in units of the double.
            const isCut = digits > 16;
            const margin: u32 = isCut ? 0x4000 : 4;
            const behind = (<u32>reinterpret<u64>(v) & 0x1fffffff) - 0x10000000;
            if (behind + margin <= margin << 1 || w < <u64>isCut << 40) {
              isHard = true;
              break;
            }
            store<u32>(out, reinterpret<u32>(<f32>v) | (negative << 31));
          } else {
            const double = decimal(w, fraction, digits);
            if (double == UNKNOWN) {
              isHard = true;
              break;
            }
            store<u64>(out, double | (<u64>negative << 63));
          }
        } else if ((c | 0x20) == LOWER_E) {
          const double = scientific(w, stop, 0, stop);
          if (double == UNKNOWN) {
            isHard = true;
            break;
          }
          stop = load<usize>(STOP);
          c = load<u8>(stop);
          if (kind == FLOAT) {
            const v = <f32>reinterpret<f64>(double);
            store<u32>(out, reinterpret<u32>(v) | (negative << 31));
          } else {
            store<u64>(out, double | (<u64>negative << 63));
          }
        } else {
          // The integer -0 has no sign.
          const n = negative ? -<i64>w : <i64>w;
          if (kind == FLOAT) store<f32>(out, <f32>(<f64>n));
          else store<f64>(out, <f64>n);
        }
      }

      out += unit;
      count++;
      p = stop;
      if (c == COMMA) {
        p++;
      } else {
        expect = DELIMITER;
        // The next list, if this one is as long as all others.
        if (c != CLOSE || count != size) break;
        const next = load<u32>(p);
        if (next == 0x5b202c5d) p += 4;
        else if ((next & 0xffffff) == 0x5b2c5d) p += 3;
        else break;
        store<i32>(counts - 4, load<i32>(counts - 4) + 1);
        count = 0;
      }
      expect = count == 0 ? FIRST : VALUE;
      c = load<u8>(p);
      if (c == SPACE) c = load<u8>(++p);
      if (c - DIGIT_0 > 9 && c != MINUS) break;
    }
    store<i32>(counts, count);
    if (isHard) return stopAt(p, level, rank, count == 0 ? FIRST : VALUE, out, HARD);
  }
  return stopAt(p, level, rank, expect, out, MORE);
}

export function floats(p: usize, end: usize): usize {
  return read(FLOAT, p, end);
}

export function doubles(p: usize, end: usize): usize {
  return read(DOUBLE, p, end);
}

export function ints(p: usize, end: usize): usize {
  return read(INT, p, end);
}
