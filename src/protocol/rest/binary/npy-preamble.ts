import { invalidArgument } from '../../../status/index.ts';
import type { ChunkCursor } from './chunk-cursor.ts';
import { type NpyHeader, readNpyHeader } from './npy-header.ts';

const magic = Buffer.from('\x93NUMPY', 'latin1');

/** As NumPy limits it by default; only records need more than a few hundred bytes. */
const longestHeader = 10_000;

/**
 * Reads a .npy file up to its elements, where `body` stands afterwards: the magic string, the
 * version of the format (1.0, 2.0 or 3.0), and the header with its length.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function readNpyPreamble(body: ChunkCursor): NpyHeader {
  if (body.left < magic.length + 2 || !magic.equals(body.take(magic.length))) {
    throw invalidArgument('The body is not a .npy file');
  }
  const [major, minor] = body.take(2);
  if (major! < 1 || major! > 3 || minor !== 0) {
    throw invalidArgument(
      `The .npy body has version ${major}.${minor} of the format; 1.0 to 3.0 are read`,
    );
  }
  const lengthBytes = major === 1 ? 2 : 4;
  if (body.left < lengthBytes) throw invalidArgument('The .npy body ends inside its header');
  const length = Buffer.from(body.take(lengthBytes)).readUIntLE(0, lengthBytes);
  if (length > longestHeader) {
    throw invalidArgument(
      `The header of the .npy body has ${length} bytes, more than the limit of ${longestHeader}`,
    );
  }
  if (length > body.left) throw invalidArgument('The .npy body ends inside its header');
  const encoding = major === 3 ? 'utf8' : 'latin1';
  return readNpyHeader(Buffer.from(body.take(length)).toString(encoding));
}
