export type { ModelServable } from './model-servable.ts';
