/** The thread that {@link textToBinary} starts: parses one text SavedModel and answers once. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { toBinary } from '@bufbuild/protobuf';
import { parseTextProto } from '../config/index.ts';
import { registry, SavedModelSchema } from '../proto/index.ts';
import type { TextWorkerAnswer } from './text-format.ts';

function answer(message: TextWorkerAnswer): void {
  parentPort?.postMessage(message);
}

try {
  const text = readFileSync(workerData as string);
  const model = parseTextProto(SavedModelSchema, text, { registry });
  answer({ binary: toBinary(SavedModelSchema, model) });
} catch (error) {
  answer({ problem: error instanceof Error ? error.message : String(error) });
}
