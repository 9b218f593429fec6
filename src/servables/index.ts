export type { BatchModel } from './batcher.ts';
export { Batcher, batchAlone } from './batcher.ts';
export type { HandedOverModel, LoadSavedModel, SavedModelSource } from './load-saved-model.ts';
export { loadOn } from './load-saved-model.ts';
export type { ModelServable } from './model-servable.ts';
export type { SavedModelLoaderOptions } from './saved-model-loader.ts';
export { SavedModelLoader } from './saved-model-loader.ts';
