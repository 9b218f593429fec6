import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { heapAllocator } from '../../../tensor/index.ts';
import type { Bytes } from '../../../util/index.ts';
import { cutIntoBytes, randomCut } from '../../../util/testing/cuts.ts';
import { randomFrom } from '../../../util/testing/random.ts';
import { runToEnd } from '../testing/run-to-end.ts';
import { readNpy } from './npy-read.ts';
import { comparable, npyFile, npyFiles } from './testing/npy-files.ts';

/** Reads a file whole. @returns the tensor, and the bytes that were reserved for it */
function read(file: Bytes) {
  let reserved = 0;
  const { tensor, steps } = readNpy(file, heapAllocator, (bytes) => {
    reserved += bytes;
  });
  runToEnd(steps);
  return { tensor, reserved };
}

const floats = (shape: string, descr = '<f4') =>
  `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;

describe('files that NumPy saved', () => {
  const random = randomFrom(5);
  for (const { what, file, tensor } of npyFiles()) {
    test(what, () => {
      const expected = comparable(tensor);
      assert.deepEqual(comparable(read(file).tensor), expected);
      assert.deepEqual(comparable(read(cutIntoBytes(file)).tensor), expected);
      for (let round = 0; round < 20; round++) {
        assert.deepEqual(comparable(read(randomCut(file, random)).tensor), expected);
      }
    });
  }
});

test('what is cut short is refused, wherever', () => {
  for (const { file, tensor } of npyFiles()) {
    const cut = file.length > 400 ? 13 : 1;
    for (let end = 0; end < file.length; end += cut) {
      assert.throws(() => read(file.subarray(0, end)), { code: 3 }, `${tensor.shape} ${end}`);
    }
    assert.throws(() => read(Buffer.concat([file, Buffer.alloc(1)])), { code: 3 });
  }
});

const refusals: readonly [what: string, file: Buffer, message: RegExp][] = [
  ['nothing', Buffer.alloc(0), /^The body is not a .npy file$/],
  ['JSON', Buffer.from('{"instances": [1.0]}'), /^The body is not a .npy file$/],
  ['a zip archive', Buffer.from('PK\x03\x04'.padEnd(30)), /^The body is not a .npy file$/],
  [
    'a version to come',
    Buffer.from('\x93NUMPY\x04\x00\x10\x00'.padEnd(30), 'latin1'),
    /^The .npy body has version 4.0 of the format; 1.0 to 3.0 are read$/,
  ],
  [
    'a header beyond the limit',
    Buffer.from('\x93NUMPY\x02\x00\xff\xff\xff\xff{', 'latin1'),
    /^The header of the .npy body has 4294967295 bytes, more than the limit of 10000$/,
  ],
  [
    'a header beyond the end',
    Buffer.from('\x93NUMPY\x01\x00\x10\x00{', 'latin1'),
    /^The .npy body ends inside its header$/,
  ],
  [
    'too few elements',
    npyFile(floats('(2, 3)'), 'x'.repeat(23)),
    /^The .npy body has 23 bytes of elements, shape \[2,3\] of "<f4" takes 24$/,
  ],
  [
    'too many elements',
    npyFile(floats('()'), 'x'.repeat(5)),
    /has 5 bytes of elements, shape \[\] of "<f4" takes 4$/,
  ],
  [
    'far more elements than bytes',
    npyFile(floats('(9007199254740991, 9007199254740991)'), 'xxxx'),
    /^The .npy body has 4 bytes of elements, shape \[9007199254740991,9007199254740991\] of/,
  ],
  [
    'more than 2^31 elements of one byte',
    npyFile(floats('(2147483649,)', '|i1'), 'xxxx'),
    /takes 2147483649$/,
  ],
  [
    'strings that take no bytes',
    npyFile(floats('(1000000000000,)', '|S0')),
    /has dtype "\|S0", which no input has$/,
  ],
  ['a string that is far too long', npyFile(floats('(1,)', '<U9999999999')), /takes 39999999996$/],
  ['Python objects', npyFile(floats('(1,)', '|O'), 'pickled'), /holds Python objects/],
  ['dates', npyFile(floats('(1,)', '<M8[ns]'), '12345678'), /has dtype "<M8\[ns\]", which no/],
  ['long doubles', npyFile(floats('(1,)', '<f16'), 'x'.repeat(16)), /has dtype "<f16", which no/],
  ['raw bytes', npyFile(floats('(1,)', '|V3'), 'xxx'), /has dtype "\|V3", which no input has$/],
  [
    'a bool of 2',
    npyFile(floats('(3,)', '|b1'), '\x00\x01\x02'),
    /^The .npy body has 2 as a bool$/,
  ],
  [
    'half a surrogate pair',
    npyFile(floats('(1,)', '<U1'), '\x00\xd8\x00\x00'),
    /^The .npy body has 55296 as a character, which Unicode does not have$/,
  ],
  [
    'a character beyond Unicode',
    npyFile(floats('(1,)', '<U1'), '\x00\x00\x11\x00'),
    /^The .npy body has 1114112 as a character/,
  ],
  [
    'strings in Fortran order',
    npyFile("{'descr': '|S1', 'fortran_order': True, 'shape': (2, 2), }", 'abcd'),
    /^The .npy body holds strings in Fortran order, which are not read; numpy.ascontig/,
  ],
];
for (const [what, file, message] of refusals) {
  test(`refuses ${what}`, () => {
    assert.throws(() => read(file), { code: 3, message });
  });
}

test('only memory beyond the body is reserved', () => {
  const reserved = (descr: string, order: string, shape: string, elements: string) =>
    read(npyFile(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}}`, elements))
      .reserved;
  assert.equal(reserved('<f4', 'False', '(2, 3)', 'x'.repeat(24)), 0);
  assert.equal(reserved('<f4', 'True', '(2, 3)', 'x'.repeat(24)), 24);
  assert.equal(reserved('<f4', 'True', '(1, 6)', 'x'.repeat(24)), 0);
  assert.equal(reserved('|S1', 'False', '(100,)', 'x'.repeat(100)), 3200);
  const file = npyFile(floats('(4,)', '|S1'), 'abcd');
  const refuse = () => {
    throw new Error('over budget');
  };
  assert.throws(() => readNpy(file, heapAllocator, refuse), { message: 'over budget' });
});

test('a large file is read in steps', () => {
  const count = (header: string, bytes: number) => {
    const { steps } = readNpy(npyFile(header, new Uint8Array(bytes)), heapAllocator, () => {});
    return [...steps].length;
  };
  assert.ok(count(floats('(1000000,)'), 4_000_000) > 20);
  const turned = "{'descr': '<f4', 'fortran_order': True, 'shape': (1000, 1000)}";
  assert.ok(count(turned, 4_000_000) > 100);
  const flat = "{'descr': '<f4', 'fortran_order': True, 'shape': (500000, 2)}";
  assert.ok(count(flat, 4_000_000) > 100);
  const wide = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 500000)}";
  assert.ok(count(wide, 4_000_000) > 100);
  assert.ok(count(floats('(2,)', '|S2000000'), 4_000_000) > 100);
  assert.ok(count(floats('(1000000,)', '<U1'), 4_000_000) > 100);
});

test('Fortran order is turned in any shape', () => {
  const random = randomFrom(9);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  for (let round = 0; round < 50; round++) {
    const shape = Array.from({ length: 2 + upTo(3) }, () => 1 + upTo(6));
    const count = shape.reduce((product, size) => product * size, 1);
    const expected = new Uint16Array(count).map((_, i) => i);
    // Where the element of each row-major place lies when the first index runs fastest.
    const file = new Uint16Array(count);
    for (let place = 0; place < count; place++) {
      let rest = place;
      let at = 0;
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        const size = shape[axis]!;
        const stride = shape.slice(0, axis).reduce((product, one) => product * one, 1);
        at += (rest % size) * stride;
        rest = Math.floor(rest / size);
      }
      file[at] = expected[place]!;
    }
    const header = `{'descr': '<u2', 'fortran_order': True, 'shape': (${shape.join(', ')})}`;
    const { tensor } = read(npyFile(header, new Uint8Array(file.buffer)));
    assert.deepEqual(tensor, { dtype: 17, shape, data: expected });
  }
});
