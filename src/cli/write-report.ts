import { writeFile } from 'node:fs/promises';
import { fileError } from '../status/index.ts';

/** Writes a file that a command was asked for. @throws StatusError in TensorFlow's words */
export async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw fileError(file, error);
  }
}
