export type { Completeness } from './check-complete.ts';
export { checkComplete } from './check-complete.ts';
export type { SavedModelInspection } from './inspect-saved-model.ts';
export { inspectSavedModel } from './inspect-saved-model.ts';
export type { MetaGraph } from './meta-graph.ts';
export { readSavedModel } from './read-saved-model.ts';
export type { SavedModelFault } from './saved-model-error.ts';
export { SavedModelError } from './saved-model-error.ts';
