import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DType } from '../../tensor/index.ts';
import type { SignatureSpec } from '../engine.ts';
import { mayRunInline } from './inline-ops.ts';

function signature(ops: string[], dtype: DType = DType.FLOAT, shape: number[] | null = [-1, 4]) {
  const input = { alias: 'x', name: 'x:0', dtype, shape, graphShape: null };
  return {
    key: 'serving_default',
    methodName: '',
    inputs: [input],
    outputs: [],
    defaults: new Map(),
    ops: new Set(ops),
  } satisfies SignatureSpec;
}

describe('mayRunInline', () => {
  it('is true for plain arithmetic, tables and functions', () => {
    const ops = ['MatMul', 'Relu', 'StatefulPartitionedCall', 'LookupTableFindV2', 'If', 'Range'];
    assert.equal(mayRunInline(signature(ops)), true);
    assert.equal(mayRunInline(signature([])), true);
  });

  for (const op of [
    ...['While', 'StatelessWhile', 'Enter', 'MapDefun', 'PyFunc', 'EagerPyFunc', 'BatchFunction'],
    ...['QueueDequeueV2', 'FIFOQueueV2', 'Barrier', 'Unstage', 'MapPeek', 'IteratorGetNext'],
    ...['TensorSliceDataset', 'RpcCall', 'CollectiveReduceV2', 'DecodePng', 'ReadFile'],
  ]) {
    it(`is false with ${op}`, () => {
      assert.equal(mayRunInline(signature(['MatMul', op])), false);
    });
  }

  it('is false where a small integer input may say how much an op makes', () => {
    assert.equal(mayRunInline(signature(['Range'], DType.INT32, [])), false);
    assert.equal(mayRunInline(signature(['Fill'], DType.INT64, null)), false);
    assert.equal(mayRunInline(signature(['Range'], DType.INT32, [-1, 8])), true);
    assert.equal(mayRunInline(signature(['Add'], DType.INT32, [])), true);
  });
});
