export type { Loader } from './loader.ts';
export type { ServableHandle, ServableLookup, ServableRequest } from './manager.ts';
export type { ServableId } from './servable-id.ts';
export { servableIdText } from './servable-id.ts';
export type { ServableState, ServableStatus } from './servable-state.ts';
