import { constants, type FileHandle, open } from 'node:fs/promises';

/**
 * Opens a file for reading. Pipes, sockets and devices are refused: whoever opens or reads one may
 * wait for ever. A folder can be opened; reading it fails. The handle is the caller's.
 *
 * @throws what `node:fs` throws, or an error of that kind for what is refused.
 */
export async function openForReading(file: string): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (stats.isFile() || stats.isDirectory()) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  const error = new Error('Neither a file nor a folder');
  throw Object.assign(error, { code: 'EINVAL', syscall: 'open', path: file });
}
