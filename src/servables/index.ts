export type { ModelServable } from './model-servable.ts';
export type { SavedModelSource } from './saved-model-loader.ts';
export { SavedModelLoader } from './saved-model-loader.ts';
