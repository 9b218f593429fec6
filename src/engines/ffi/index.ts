export { duplicateDescriptor } from './descriptor.ts';
export { endProcess } from './end-process.ts';
export { Handle } from './handle.ts';
export type { Address, CallNative, NativeFunction, NativeLibrary } from './koffi.ts';
export { callAsync, callHere, pendingCalls } from './koffi.ts';
export type { LibC } from './libc.ts';
export { libc } from './libc.ts';
export { openLibrary, pinLibrary } from './library.ts';
export {
  addressOf,
  detach,
  NativeBlock,
  readWord,
  viewMemory,
  writeWord,
} from './memory.ts';
export { shortenTimeSlice } from './time-slice.ts';
