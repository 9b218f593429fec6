export { encodeTfRecord } from './encode-tf-record.ts';
export type { TfRecordReadOptions } from './read-tf-records.ts';
export { readTfRecords } from './read-tf-records.ts';
export { TfRecordWriter } from './tf-record-writer.ts';
