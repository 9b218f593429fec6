import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { fileError } from '../status/index.ts';

/** A file that a command was asked for: its name, null where it was not, and what it is to hold. */
export type Report = readonly [file: string | null, text: () => string];

/**
 * Sees that a file can be written which a command will write at its end: what is found out only then is
 * found out late. Leaves the file as it was. Devices and pipes are left alone.
 *
 * @param file null: none is asked for. @throws StatusError in TensorFlow's words
 */
export async function checkReport(file: string | null): Promise<void> {
  if (file === null) return;
  const found = await stat(file).catch(() => null);
  if (found !== null && !found.isFile() && !found.isDirectory()) return;
  try {
    await (await open(file, 'a')).close();
    if (found === null) await rm(file);
  } catch (error) {
    throw fileError(file, error);
  }
}

/**
 * Writes reports; one that cannot be written keeps no other back.
 *
 * @throws StatusError in TensorFlow's words, for the first that could not be written
 */
export async function writeReports(reports: readonly Report[]): Promise<void> {
  const failures: unknown[] = [];
  for (const [file, text] of reports) {
    if (file === null) continue;
    try {
      await replace(file, text());
    } catch (error) {
      failures.push(fileError(file, error));
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** A file is replaced as a whole: a server that looks at it sees it before or after, and no room leaves it as it was. */
async function replace(file: string, text: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found !== null && !found.isFile()) {
    await writeFile(file, text);
    return;
  }
  const target = found === null ? file : await realpath(file);
  const whole = `${target}.${process.pid}.new`;
  try {
    await writeFile(whole, text, found === null ? {} : { mode: found.mode });
    await rename(whole, target);
  } catch (error) {
    await rm(whole, { force: true });
    throw error;
  }
}
