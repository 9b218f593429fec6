export type { TensorFlowEngineOptions } from './tensorflow-engine.ts';
export { createTensorFlowEngine } from './tensorflow-engine.ts';
export type { TensorFlowLibraryPaths } from './tensorflow-library.ts';
