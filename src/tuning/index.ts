export { parametersFile } from './batching-settings.ts';
export type { Trial } from './trial.ts';
export type { TuneOptions, TuneResult } from './tune.ts';
export { tune } from './tune.ts';
export { tuneComment, tuneTable, tuneVerdict } from './tune-text.ts';
