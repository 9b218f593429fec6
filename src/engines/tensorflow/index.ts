export type { TensorFlowEngineOptions } from './create-tensorflow-engine.ts';
export { createTensorFlowEngine, createTensorFlowLoadEngine } from './create-tensorflow-engine.ts';
export type { TensorFlowLibraryPaths } from './tensorflow-library.ts';
