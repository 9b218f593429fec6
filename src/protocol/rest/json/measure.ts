import type { Steps } from '../../../util/index.ts';
import { stepBytes } from '../step-bytes.ts';
import { Char } from './chars.ts';
import { stringEnd } from './strings.ts';

/** A valid JSON value: where it ends and the sizes of the lists with which it begins. */
export interface Measured {
  readonly end: number;
  readonly shape: number[];
}

interface Container {
  /** The index in the shape that this list's size belongs to; −1 for none. */
  readonly level: number;
  commas: number;
  isEmpty: boolean;
}

/** Walks over the value at `start` of valid JSON. For what is rare: it makes garbage. */
export function* measureValue(json: Buffer, start: number): Steps<Measured> {
  const shape: number[] = [];
  const stack: Container[] = [];
  let descending = true;
  let pause = start + stepBytes;
  let p = start;
  for (;;) {
    if (p >= pause) {
      yield;
      pause = p + stepBytes;
    }
    const c = json[p]!;
    const top = stack.at(-1);
    switch (c) {
      case Char.CLOSE_LIST:
      case Char.CLOSE_OBJECT: {
        // A number that is the whole value ends in front of the bracket around it.
        if (top === undefined) return { end: p, shape };
        if (top.level >= 0) shape[top.level] = top.isEmpty ? 0 : top.commas + 1;
        stack.pop();
        descending = false;
        p++;
        if (stack.length === 0) return { end: p, shape };
        continue;
      }
      case Char.COMMA:
        if (top === undefined) return { end: p, shape };
        top.commas++;
        p++;
        continue;
      case Char.OPEN_LIST:
      case Char.OPEN_OBJECT: {
        if (top !== undefined) top.isEmpty = false;
        const isList = c === Char.OPEN_LIST;
        const level = isList && descending ? shape.push(0) - 1 : -1;
        descending &&= isList;
        stack.push({ level, commas: 0, isEmpty: true });
        p++;
        continue;
      }
      case Char.QUOTE:
        p = stringEnd(json, p + 1) + 1;
        break;
      default:
        p++;
        if (c <= Char.SPACE) continue;
    }
    descending = false;
    if (top !== undefined) top.isEmpty = false;
    else if (c === Char.QUOTE) return { end: p, shape };
  }
}

/**
 * How many elements the lists have that are open at `pos`.
 *
 * @param before for each of them, outermost first, the elements in front of the one at `pos`
 */
export function* listSizes(json: Buffer, pos: number, before: readonly number[]): Steps<number[]> {
  const sizes = before.map((count) => count + 1);
  let open = sizes.length - 1;
  let depth = 0;
  let pause = pos + stepBytes;
  for (let p = pos; open >= 0; p++) {
    if (p >= pause) {
      yield;
      pause = p + stepBytes;
    }
    switch (json[p]) {
      case Char.QUOTE:
        p = stringEnd(json, p + 1);
        break;
      case Char.OPEN_LIST:
      case Char.OPEN_OBJECT:
        depth++;
        break;
      case Char.CLOSE_LIST:
      case Char.CLOSE_OBJECT:
        if (depth > 0) depth--;
        else open--;
        break;
      case Char.COMMA:
        if (depth === 0) sizes[open]! += 1;
        break;
      default:
    }
  }
  return sizes;
}
