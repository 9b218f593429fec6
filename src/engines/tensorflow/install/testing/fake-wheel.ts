import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Wheel } from '../release.ts';
import { zipArchive } from './zip-archive.ts';

/** File name under which an index offers the wheel of linux-x64. */
export const fakeWheelName = 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl';

/** What the fake wheel holds for the two libraries. */
export const fakeLibraries = {
  framework: Buffer.from('framework '.repeat(5000)),
  cc: Buffer.from('cc '.repeat(50_000)),
};

const licenses = { LICENSE: 'the licence', 'THIRD_PARTY_NOTICES.txt': 'the notices' };

/** A small wheel laid out as TensorFlow's, written into `directory`, and its description. */
export async function writeFakeWheel(
  directory: string,
): Promise<{ readonly path: string; readonly wheel: Wheel }> {
  const files = new Map<string, Uint8Array>([
    ['tensorflow/python/other.so', Buffer.from('not to be unpacked')],
    ['tensorflow/libtensorflow_framework.so.2', fakeLibraries.framework],
    ['tensorflow/THIRD_PARTY_NOTICES.txt', Buffer.from(licenses['THIRD_PARTY_NOTICES.txt'])],
    ['tensorflow/libtensorflow_cc.so.2', fakeLibraries.cc],
    ['tensorflow/include/LICENSE', Buffer.from(licenses.LICENSE)],
    [
      'tensorflow_cpu-2.21.0.dist-info/METADATA',
      Buffer.from('Metadata-Version: 2.1\nName: tensorflow-cpu\nVersion: 2.21.0\n'),
    ],
    [
      'tensorflow_cpu-2.21.0.dist-info/WHEEL',
      Buffer.from(
        'Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp312-cp312-manylinux_2_27_x86_64\n',
      ),
    ],
    ['tensorflow_cpu-2.21.0.dist-info/RECORD', Buffer.from('')],
  ]);
  const content = zipArchive(files);
  const path = join(directory, fakeWheelName);
  await writeFile(path, content);
  const unpackedBytes =
    fakeLibraries.framework.length +
    fakeLibraries.cc.length +
    Object.values(licenses).join('').length;
  const wheel: Wheel = {
    distribution: 'tensorflow-cpu',
    version: '2.21.0',
    platformTag: 'manylinux_2_27_x86_64',
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
    unpackedBytes,
  };
  return { path, wheel };
}
