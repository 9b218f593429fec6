import path from 'node:path';
import { cacheDirectory, findOpLibraries, type OpLibrary } from '../index.ts';

/**
 * Where tests keep TensorFlow Text: apart from the cache of Serval's users, whose servers load
 * whatever is in it.
 */
export const textOpsCache = path.join(cacheDirectory(process.env), 'test-op-libraries');

/** The op libraries of TensorFlow Text; downloaded the first time. */
export async function installedTextOps(): Promise<readonly OpLibrary[]> {
  return await findOpLibraries({
    named: ['tensorflow-text'],
    install: true,
    tensorFlow: { version: null },
    cacheDir: textOpsCache,
  });
}
