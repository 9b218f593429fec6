import { TimeSlices, WireReader, WireType, wireTag } from '../../util/index.ts';
import { callAsync, readWord, viewMemory } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';

/**
 * Ops that TensorFlow marks as stateful, or that take a reference, and that leave nothing behind
 * which another run could see. Everything else that is marked keeps state, as far as Serval knows.
 */
const harmless: ReadonlySet<string> = new Set([
  // Name a resource, or make one that is filled when the model is loaded.
  ...['VarHandleOp', '_VarHandlesOp', 'VariableV2', 'Variable', 'HashTable', 'HashTableV2'],
  ...['MutableHashTable', 'MutableHashTableV2', 'MutableHashTableOfTensors'],
  ...['MutableHashTableOfTensorsV2', 'MutableDenseHashTable', 'MutableDenseHashTableV2'],
  ...['AnonymousHashTable', 'AnonymousMutableHashTable', 'AnonymousMutableHashTableOfTensors'],
  ...['AnonymousMutableDenseHashTable', 'DestroyResourceOp', 'DisableCopyOnRead'],
  ...['BoostedTreesEnsembleResourceHandleOp'],
  // Read a resource.
  ...['ReadVariableOp', '_ReadVariablesOp', 'ReadVariableXlaSplitND', 'VariableShape'],
  ...['VarIsInitializedOp', 'IsVariableInitialized', 'ResourceGather', 'ResourceGatherNd'],
  ...['LookupTableFind', 'LookupTableFindV2', 'LookupTableSize', 'LookupTableSizeV2'],
  ...['LookupTableExport', 'LookupTableExportV2', 'BoostedTreesPredict'],
  // Of TensorFlow Text: tokenizers, whose models and vocabularies do not change.
  ...['SentencepieceOp', 'SentencepieceTokenizeOp', 'SentencepieceTokenizeWithOffsetsOp'],
  ...['SentencepieceDetokenizeOp', 'SentencepieceIdToStringOp', 'SentencepieceStringToIdOp'],
  ...['SentencepieceVocabSizeOp', 'WordpieceTokenizeWithOffsets'],
  // Call functions, whose own ops are counted beside them.
  ...['StatefulPartitionedCall', 'If', '_If', 'While', '_While', 'Case', 'RiscWhile'],
  // Arguments and results of functions, and checks, which only fail the run.
  ...['_Arg', '_Retval', '_DeviceArg', '_DeviceRetval', 'GuaranteeConst', 'Assert'],
  ...['CheckNumerics', 'CheckNumericsV2', 'Empty', 'DeviceIndex', 'StatelessRandomGetAlg'],
  // Reference forms of plain control flow.
  ...['RefEnter', 'RefExit', 'RefIdentity', 'RefMerge', 'RefNextIteration', 'RefSelect'],
  ...['RefSwitch'],
  // State that lives within one run.
  ...['TensorArray', 'TensorArrayV2', 'TensorArrayV3', 'TensorArrayWriteV3', 'TensorArrayReadV3'],
  ...['TensorArrayGatherV3', 'TensorArrayScatterV3', 'TensorArrayConcatV3'],
  ...['TensorArraySplitV3', 'TensorArraySizeV3', 'TensorArrayCloseV3', 'TensorArrayGrad'],
  ...['TensorArrayGradV2', 'TensorArrayGradV3', 'TensorArrayGradWithShape'],
]);

const opTag = wireTag(1, WireType.LENGTH);
const nameTag = wireTag(1, WireType.LENGTH);
const inputTag = wireTag(2, WireType.LENGTH);
const isStatefulTag = wireTag(17, WireType.VARINT);
const isRefTag = wireTag(16, WireType.VARINT);

/** What TensorFlow's registry tells of its ops. */
export class OpRegistry {
  /** Names of the ops that keep no state: all that another thread needs to make the same registry. */
  readonly stateless: ReadonlySet<string>;

  constructor(stateless: ReadonlySet<string>) {
    this.stateless = stateless;
  }

  /**
   * Whether a run of this op may leave something behind that another run sees, or keep what it
   * was given. True for ops that the registry does not know.
   */
  keepsState(op: string): boolean {
    return !this.stateless.has(op) && !harmless.has(op);
  }
}

/**
 * Reads the registry of the loaded TensorFlow, with the ops of op libraries loaded before, without
 * holding the event loop.
 */
export async function readOpRegistry(api: TensorFlowApi): Promise<OpRegistry> {
  const buffer = await callAsync(api.TF_GetAllOpList);
  try {
    const words = new Uint32Array(viewMemory(buffer, 16));
    const list = viewMemory(readWord(words, 0), readWord(words, 2));
    return new OpRegistry(await statelessOps(new Uint8Array(list)));
  } finally {
    api.TF_DeleteBuffer(buffer);
  }
}

/**
 * The ops of a serialized OpList (op_def.proto) that are not marked as stateful and take no
 * reference: the ops of TensorFlow 1 that change a variable or a queue are marked only by that.
 */
export async function statelessOps(opList: Uint8Array): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const reader = new WireReader(opList);
  const slices = new TimeSlices();
  while (!reader.done) {
    if (slices.due()) await slices.pause();
    const tag = reader.tag();
    if (tag !== opTag) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    const name = readOp(reader);
    reader.leave(outer);
    if (name !== null) names.add(name);
  }
  return names;
}

function readOp(reader: WireReader): string | null {
  let name = '';
  let stateful = false;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === nameTag) name = reader.string();
    else if (tag === isStatefulTag) stateful = reader.bool() || stateful;
    else if (tag === inputTag) {
      const outer = reader.enter();
      stateful = readsReference(reader) || stateful;
      reader.leave(outer);
    } else reader.skip(tag);
  }
  return stateful ? null : name;
}

function readsReference(reader: WireReader): boolean {
  let reference = false;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === isRefTag) reference = reader.bool();
    else reader.skip(tag);
  }
  return reference;
}
