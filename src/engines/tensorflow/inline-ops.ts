import { DType } from '../../tensor/index.ts';
import type { SignatureSpec } from '../engine.ts';

/** Ops whose run time no past run foretells: a signature that reaches one never runs inline. */
const unpredictable: ReadonlySet<string> = new Set([
  // Loops: their count may depend on values.
  ...['While', '_While', 'StatelessWhile', 'RiscWhile', 'XlaWhile', 'For', 'MapDefun'],
  ...['Enter', 'RefEnter', 'LoopCond', 'NextIteration', 'RefNextIteration'],
  // Run foreign code, or wait for it.
  ...['PyFunc', 'PyFuncStateless', 'EagerPyFunc', 'RemoteCall', 'SymbolicGradient'],
  ...['TPUPartitionedCall', 'XlaLaunch', 'XlaCallModule', '_XlaCompile', '_XlaRun'],
  // Wait for other runs: batching inside the graph, locks, barriers between devices.
  ...['Batch', 'BatchFunction', 'Unbatch', 'UnbatchGrad', 'MutexLock', 'ConsumeMutexLock'],
  ...['_Send', '_Recv', '_HostSend', '_HostRecv', 'Send', 'Recv', 'SyncDevice'],
  // Read or write files and devices.
  ...['ReadFile', 'WriteFile', 'MatchingFiles', 'RestoreV2', 'SaveV2', 'MergeV2Checkpoints'],
  ...['WholeFileReaderV2', 'TextLineReaderV2', 'TFRecordReaderV2', 'Print', 'PrintV2'],
  // Few bytes in may be very many out.
  ...['DecodeImage', 'DecodeJpeg', 'DecodeAndCropJpeg', 'DecodePng', 'DecodeGif', 'DecodeBmp'],
  ...['DecodeCompressed', 'DecodeWebP', 'DecodeWav', 'ParseTensor'],
]);

/** Families of such ops: queues and staging areas wait, datasets and RPCs do all of it. */
const unpredictableFamilies =
  /Queue|Barrier|[Ss]tage|^OrderedMap|^Map(Peek|Clear|Size|IncompleteSize)|Dataset|Iterator|^Rpc|Collective|^Nccl|Accumulator/;

/** Ops that make as much as an integer tells them to. */
const sizedByValue: ReadonlySet<string> = new Set([
  ...['Range', 'Fill', 'Tile', 'BroadcastTo', 'LinSpace', 'OneHot', 'RaggedRange', 'ScatterNd'],
  ...['Pad', 'PadV2', 'MirrorPad', 'Empty', 'Eye', 'Repeat', 'ResizeBilinear', 'SparseToDense'],
  ...['RandomUniform', 'RandomStandardNormal', 'TruncatedNormal', 'TensorListReserve'],
]);

/**
 * Whether a signature's runs may ever be made on the event loop's thread, whatever they took until
 * now: no op that it reaches is unpredictable, and none makes its result as large as a small
 * integer input says.
 */
export function mayRunInline(signature: SignatureSpec): boolean {
  const feedsSizes = signature.inputs.some(
    ({ dtype, shape }) =>
      (dtype === DType.INT32 || dtype === DType.INT64) && (shape === null || shape.length <= 1),
  );
  for (const op of signature.ops) {
    if (unpredictable.has(op) || unpredictableFamilies.test(op)) return false;
    if (feedsSizes && sizedByValue.has(op)) return false;
  }
  return true;
}
