import { ask, askSignature, halfPlusTwo, type RestRow } from './rest-row.ts';

/** Of batches (spec 7.3, 7.4). */
export const restBatchingRows: readonly RestRow[] = [
  askSignature(
    'batch-scalar',
    'echo_float32',
    '"inputs":1',
    'Batching Run() input tensors must have at least one dimension',
  ),
  askSignature(
    'batch-uneven',
    'add',
    '"inputs":{"a":[1],"b":[1,2]}',
    'Batching Run() input tensors must have equal 0th-dimension size',
  ),
  ask(
    'batch-task-size',
    halfPlusTwo,
    '{"inputs":[1,2,3]}',
    'Task size 3 is larger than maximum input batch size 2',
  ),
  ask(
    'batch-output-rank',
    '/v1/models/odd:predict',
    '{"inputs":[1]}',
    'Batched output tensor has 0 dimensions',
  ),
  ask(
    'batch-output-size',
    '/v1/models/odd:predict',
    '{"signature_name":"uneven","inputs":[1]}',
    "Batched output tensor's 0th dimension does not equal the sum of the 0th dimension sizes of the input tensors",
  ),
].map((row) => ({ ...row, server: 'batching' }));
