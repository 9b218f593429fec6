export { type ParametersFor, parametersFile } from './batching-settings.ts';
export type { Outcome, SearchStage, Trial } from './trial.ts';
export type { TuneOptions } from './tune.ts';
export { tune } from './tune.ts';
export type { TuneResult } from './tune-result.ts';
export {
  batchingText,
  outcomeText,
  tuneComment,
  tuneTable,
  tuneVerdict,
} from './tune-text.ts';
