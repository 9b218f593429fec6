import type { Address, NativeFunction, NativeLibrary } from '../ffi/index.ts';

/**
 * Every function of TensorFlow's C API that Serval calls (c_api.h, tf_status.h, tf_buffer.h,
 * tf_tensor.h of TensorFlow 2.21), under its own name and with its arguments in the header's
 * order. Pointers are {@link Address}es; 0 is NULL. No defaults and no checks here: the wrappers
 * beside this file own what the functions return.
 */
export interface TensorFlowApi {
  readonly TF_Version: NativeFunction<[], string>;

  readonly TF_NewStatus: NativeFunction<[], Address>;
  readonly TF_DeleteStatus: NativeFunction<[status: Address], void>;
  readonly TF_GetCode: NativeFunction<[status: Address], number>;
  readonly TF_Message: NativeFunction<[status: Address], string>;

  readonly TF_NewBufferFromString: NativeFunction<[proto: Uint8Array, length: number], Address>;
  readonly TF_DeleteBuffer: NativeFunction<[buffer: Address], void>;
  readonly TF_LoadLibrary: NativeFunction<[path: string, status: Address], Address>;
  readonly TF_DeleteLibraryHandle: NativeFunction<[library: Address], void>;
  readonly TF_GetAllOpList: NativeFunction<[], Address>;

  readonly TF_NewSessionOptions: NativeFunction<[], Address>;
  readonly TF_SetConfig: NativeFunction<
    [options: Address, proto: Uint8Array, length: number, status: Address],
    void
  >;
  readonly TF_DeleteSessionOptions: NativeFunction<[options: Address], void>;

  readonly TF_NewGraph: NativeFunction<[], Address>;
  readonly TF_DeleteGraph: NativeFunction<[graph: Address], void>;
  readonly TF_GraphOperationByName: NativeFunction<[graph: Address, name: string], Address>;
  readonly TF_OperationNumOutputs: NativeFunction<[operation: Address], number>;

  readonly TF_NewSession: NativeFunction<
    [graph: Address, options: Address, status: Address],
    Address
  >;
  readonly TF_SessionListDevices: NativeFunction<[session: Address, status: Address], Address>;
  readonly TF_DeviceListCount: NativeFunction<[list: Address], number>;
  readonly TF_DeviceListType: NativeFunction<
    [list: Address, index: number, status: Address],
    string
  >;
  readonly TF_DeleteDeviceList: NativeFunction<[list: Address], void>;
  readonly TF_LoadSessionFromSavedModel: NativeFunction<
    [
      sessionOptions: Address,
      runOptions: Address,
      exportDir: string,
      tags: readonly string[],
      tagCount: number,
      graph: Address,
      metaGraphDef: Address,
      status: Address,
    ],
    Address
  >;
  readonly TF_CloseSession: NativeFunction<[session: Address, status: Address], void>;
  readonly TF_DeleteSession: NativeFunction<[session: Address, status: Address], void>;
  readonly TF_SessionRun: NativeFunction<
    [
      session: Address,
      runOptions: Address,
      inputs: Address,
      inputValues: Address,
      inputCount: number,
      outputs: Address,
      outputValues: Address,
      outputCount: number,
      targets: Address,
      targetCount: number,
      runMetadata: Address,
      status: Address,
    ],
    void
  >;

  readonly TF_AllocateTensor: NativeFunction<
    [dtype: number, dims: Address, rank: number, bytes: number],
    Address
  >;
  readonly TF_TensorFromProto: NativeFunction<[from: Address, to: Address, status: Address], void>;
  readonly TF_DeleteTensor: NativeFunction<[tensor: Address], void>;
  readonly TF_TensorType: NativeFunction<[tensor: Address], number>;
  readonly TF_NumDims: NativeFunction<[tensor: Address], number>;
  readonly TF_Dim: NativeFunction<[tensor: Address, index: number], number>;
  readonly TF_TensorData: NativeFunction<[tensor: Address], Address>;
}

/** Binds the C API in the library that holds it (`libtensorflow_cc`). */
export function bindTensorFlow(library: NativeLibrary): TensorFlowApi {
  const pointer = 'uintptr_t';
  const bytes = 'const void *';
  return {
    TF_Version: library.func('TF_Version', 'str', []),

    TF_NewStatus: library.func('TF_NewStatus', pointer, []),
    TF_DeleteStatus: library.func('TF_DeleteStatus', 'void', [pointer]),
    TF_GetCode: library.func('TF_GetCode', 'int', [pointer]),
    TF_Message: library.func('TF_Message', 'str', [pointer]),

    TF_NewBufferFromString: library.func('TF_NewBufferFromString', pointer, [bytes, 'size_t']),
    TF_DeleteBuffer: library.func('TF_DeleteBuffer', 'void', [pointer]),
    TF_LoadLibrary: library.func('TF_LoadLibrary', pointer, ['str', pointer]),
    TF_DeleteLibraryHandle: library.func('TF_DeleteLibraryHandle', 'void', [pointer]),
    TF_GetAllOpList: library.func('TF_GetAllOpList', pointer, []),

    TF_NewSessionOptions: library.func('TF_NewSessionOptions', pointer, []),
    TF_SetConfig: library.func('TF_SetConfig', 'void', [pointer, bytes, 'size_t', pointer]),
    TF_DeleteSessionOptions: library.func('TF_DeleteSessionOptions', 'void', [pointer]),

    TF_NewGraph: library.func('TF_NewGraph', pointer, []),
    TF_DeleteGraph: library.func('TF_DeleteGraph', 'void', [pointer]),
    TF_GraphOperationByName: library.func('TF_GraphOperationByName', pointer, [pointer, 'str']),
    TF_OperationNumOutputs: library.func('TF_OperationNumOutputs', 'int', [pointer]),

    TF_NewSession: library.func('TF_NewSession', pointer, [pointer, pointer, pointer]),
    TF_SessionListDevices: library.func('TF_SessionListDevices', pointer, [pointer, pointer]),
    TF_DeviceListCount: library.func('TF_DeviceListCount', 'int', [pointer]),
    TF_DeviceListType: library.func('TF_DeviceListType', 'str', [pointer, 'int', pointer]),
    TF_DeleteDeviceList: library.func('TF_DeleteDeviceList', 'void', [pointer]),
    TF_LoadSessionFromSavedModel: library.func('TF_LoadSessionFromSavedModel', pointer, [
      pointer,
      pointer,
      'str',
      'const char **',
      'int',
      pointer,
      pointer,
      pointer,
    ]),
    TF_CloseSession: library.func('TF_CloseSession', 'void', [pointer, pointer]),
    TF_DeleteSession: library.func('TF_DeleteSession', 'void', [pointer, pointer]),
    TF_SessionRun: library.func('TF_SessionRun', 'void', [
      pointer,
      pointer,
      pointer,
      pointer,
      'int',
      pointer,
      pointer,
      'int',
      pointer,
      'int',
      pointer,
      pointer,
    ]),

    TF_AllocateTensor: library.func('TF_AllocateTensor', pointer, [
      'int',
      pointer,
      'int',
      'size_t',
    ]),
    TF_TensorFromProto: library.func('TF_TensorFromProto', 'void', [pointer, pointer, pointer]),
    TF_DeleteTensor: library.func('TF_DeleteTensor', 'void', [pointer]),
    TF_TensorType: library.func('TF_TensorType', 'int', [pointer]),
    TF_NumDims: library.func('TF_NumDims', 'int', [pointer]),
    TF_Dim: library.func('TF_Dim', 'int64_t', [pointer, 'int']),
    TF_TensorData: library.func('TF_TensorData', pointer, [pointer]),
  };
}
