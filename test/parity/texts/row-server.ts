/**
 * Which server a row is for, where not for that of most rows: `strict` checks method names, has a
 * time-out for REST and tells its metrics; `empty` has a configuration without a list of models;
 * `batching` makes batches of two rows at most.
 */
export type RowServer = 'strict' | 'empty' | 'batching';
