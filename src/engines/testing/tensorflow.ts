import { fileURLToPath } from 'node:url';
import { readSavedModel } from '../../saved-model/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { DType, type NumericTensor, type StringTensor, type Tensor } from '../../tensor/index.ts';
import type { Clock } from '../../util/index.ts';
import {
  createTensorFlowEngine,
  type Engine,
  type LoadedModel,
  locateTensorFlowLibraries,
  type OpLibrary,
  type RunOptions,
  type SignatureSpec,
} from '../index.ts';

/** A run without a limit. */
export const unlimited: RunOptions = { deadline: Number.POSITIVE_INFINITY, signal: null };

/** The absolute path of a version directory of the model zoo: `models/control_flow/1`. */
export function zooPath(relative: string): string {
  return fileURLToPath(new URL(`../../../test/zoo/${relative}`, import.meta.url));
}

/** An engine on the installed TensorFlow, with few threads and a logger that keeps its lines. */
export async function openTestEngine(
  options: {
    readonly runThreads?: number;
    readonly maxQueuedRuns?: number;
    readonly maxThreads?: number;
    readonly sessionConfig?: Uint8Array;
    readonly opLibraries?: readonly OpLibrary[];
    readonly gpuSettings?: readonly string[];
    readonly logger?: MemoryLogger;
    readonly clock?: Clock;
  } = {},
): Promise<Engine> {
  return await createTensorFlowEngine({
    libraryPaths: await locateTensorFlowLibraries(),
    sessionConfig: new Uint8Array(0),
    runThreads: 2,
    maxQueuedRuns: 10,
    logger: new MemoryLogger(),
    ...options,
  });
}

/** Loads a model of the zoo with the signatures of its own files. */
export async function loadZooModel(
  engine: Engine,
  relative: string,
  tags: readonly string[] = ['serve'],
): Promise<LoadedModel> {
  const path = zooPath(relative);
  const { signatures } = await readSavedModel(path, tags);
  return await engine.load({ path, tags, signatures });
}

export function signatureOf(model: LoadedModel, key = 'serving_default'): SignatureSpec {
  const signature = model.signatures.get(key);
  if (signature === undefined) throw new Error(`the model has no signature ${key}`);
  return signature;
}

/** A float tensor in memory of the JavaScript heap. */
export function floats(shape: readonly number[], values: readonly number[]): NumericTensor {
  return { dtype: DType.FLOAT, shape, data: Float32Array.from(values) };
}

/** A string tensor of these byte strings. */
export function byteStrings(shape: readonly number[], values: readonly Uint8Array[]): StringTensor {
  const offsets = new Float64Array(values.length + 1);
  for (const [i, value] of values.entries()) offsets[i + 1] = offsets[i]! + value.length;
  return { dtype: DType.STRING, shape, bytes: Buffer.concat(values), offsets };
}

/** The strings of a tensor, copied. */
export function stringsOf(tensor: Tensor): Buffer[] {
  if (tensor.dtype !== DType.STRING) throw new Error('not a string tensor');
  const { bytes, offsets } = tensor;
  return Array.from({ length: offsets.length - 1 }, (_, i) =>
    Buffer.from(bytes.subarray(offsets[i], offsets[i + 1])),
  );
}
