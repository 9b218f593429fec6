import { Worker } from 'node:worker_threads';
import { unparsableGraphFile } from './saved-model-error.ts';

/** What the worker answers: the message in protobuf's wire format, or why there is none. */
export type TextWorkerAnswer = { readonly binary: Uint8Array } | { readonly problem: string };

const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './text-worker.ts' : './text-worker.js',
  import.meta.url,
);

/**
 * A `saved_model.pbtxt` as a serialized SavedModel. Parsed in a thread of its own, since a text
 * graph can take seconds.
 *
 * @throws SavedModelError with line and column in the cause.
 */
export async function textToBinary(file: string): Promise<Uint8Array> {
  // Options of this process, such as --input-type, are not the worker's.
  const worker = new Worker(workerFile, { workerData: file, execArgv: [] });
  const { promise, resolve, reject } = Promise.withResolvers<TextWorkerAnswer>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error(`the parser of ${file} ended without an answer`)));
  const answer = await promise;
  if ('problem' in answer) throw unparsableGraphFile(file, 'text', new Error(answer.problem));
  return answer.binary;
}
