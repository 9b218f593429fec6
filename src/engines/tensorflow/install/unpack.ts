import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dataLoss } from '../../../status/index.ts';

/**
 * Unpacks some files of a zip archive into a folder, as streams: memory does not grow with their
 * sizes. The files are on disk (synced) when this ends.
 *
 * @param wanted path in the archive → file name in `directory`.
 * @param progress told of the bytes written by all files so far.
 * @returns size in bytes by file name.
 * @throws StatusError DATA_LOSS if a wanted file is not in the archive, or the archive is broken.
 */
export async function unpackFiles(
  archive: string,
  directory: string,
  wanted: ReadonlyMap<string, string>,
  options: {
    readonly progress: (doneBytes: number) => void;
    readonly signal: AbortSignal | null;
  },
): Promise<Readonly<Record<string, number>>> {
  const sizes: Record<string, number> = {};
  let doneBytes = 0;
  // Not of the process that serves: only an install needs it.
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const name = wanted.get(entry.fileName);
      if (name === undefined) continue;
      const counter = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          doneBytes += chunk.length;
          options.progress(doneBytes);
          done(null, chunk);
        },
      });
      await pipeline(
        await zip.openReadStreamPromise(entry),
        counter,
        createWriteStream(join(directory, name), { flags: 'wx', flush: true }),
        ...(options.signal === null ? [] : [{ signal: options.signal }]),
      );
      sizes[name] = entry.uncompressedSize;
    }
  } finally {
    zip.close();
  }
  for (const [path, name] of wanted) {
    if (sizes[name] === undefined) throw dataLoss(`${path} is not in ${archive}`);
  }
  return sizes;
}
