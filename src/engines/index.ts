export { combineSignatures } from './combine-signatures.ts';
export type * from './engine.ts';
export { duplicateDescriptor, endProcess, pendingCalls, shortenTimeSlice } from './ffi/index.ts';
export type { EngineListing } from './manage.ts';
export { installableEngines, installEngine, listEngines, removeEngine } from './manage.ts';
export { openDataEngine, openLoadEngine } from './open-thread-engine.ts';
export type { BorrowedTensor, TensorLoan } from './tensor-loan.ts';
export { borrowTensor, lendTensor } from './tensor-loan.ts';
export type { TensorFlowEngineOptions } from './tensorflow/index.ts';
export { createTensorFlowEngine } from './tensorflow/index.ts';
export type { InstalledEngine } from './tensorflow/install/cache.ts';
export { cacheDirectory } from './tensorflow/install/cache.ts';
export type { EnsureOptions } from './tensorflow/install/ensure.ts';
export { ensureTensorFlowLibraries } from './tensorflow/install/ensure.ts';
export type { InstallOptions } from './tensorflow/install/install.ts';
export type { LocateOptions, TensorFlowLibraries } from './tensorflow/install/locate.ts';
export { locateTensorFlowLibraries } from './tensorflow/install/locate.ts';
export type { FindOpLibrariesOptions, OpLibrary } from './tensorflow/install/op-libraries.ts';
export { findOpLibraries } from './tensorflow/install/op-libraries.ts';
export type {
  InstallProgress,
  ProgressListener,
  ProgressStream,
} from './tensorflow/install/progress.ts';
export { createProgressDisplay, formatBytes } from './tensorflow/install/progress.ts';
export { tensorFlowVersion } from './tensorflow/install/release.ts';
