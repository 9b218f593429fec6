export type { TensorFlowEngineOptions } from './create-tensorflow-engine.ts';
export {
  createTensorFlowDataEngine,
  createTensorFlowEngine,
  createTensorFlowLoadEngine,
} from './create-tensorflow-engine.ts';
export type { TensorFlowLibraryPaths } from './tensorflow-library.ts';
