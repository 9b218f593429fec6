import { open, rm, stat, writeFile } from 'node:fs/promises';
import { fileError } from '../status/index.ts';

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
 * Writes the files that a command was asked for; one that cannot be written keeps no other back.
 *
 * @param reports names of files, null where none is asked for, and what they are to hold
 * @throws StatusError in TensorFlow's words, for the first that could not be written
 */
export async function writeReports(
  reports: readonly (readonly [file: string | null, text: () => string])[],
): Promise<void> {
  const failures: unknown[] = [];
  for (const [file, text] of reports) {
    if (file !== null) await writeReport(file, text()).catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw fileError(file, error);
  }
}
