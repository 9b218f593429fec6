import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startsThreads } from './thread-starting-ops.ts';

test('batches inside the graph and datasets start threads, arithmetic and tables do not', () => {
  const starting = ['BatchFunction', 'Batch', 'PrefetchDataset', 'IteratorV2', 'MapDefunDataset'];
  for (const op of starting) assert.equal(startsThreads(new Set(['Const', op])), true, op);
  const plain = [
    'MatMul',
    'BatchMatMulV2',
    'FusedBatchNormV3',
    'HashTableV2',
    'While',
    'UnbatchGrad',
  ];
  assert.equal(startsThreads(new Set(plain)), false);
});
