import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import { OpListSchema } from '../../proto/index.ts';
import { OpRegistry, statelessOps } from './op-registry.ts';

const list = create(OpListSchema, {
  op: [
    { name: 'Add', summary: 'x + y', inputArg: [{ name: 'x' }, { name: 'y' }] },
    { name: 'AssignVariableOp', isStateful: true },
    { name: 'AssignAdd', inputArg: [{ name: 'ref', isRef: true }, { name: 'value' }] },
    { name: 'VarHandleOp', isStateful: true },
    { name: 'RandomUniform', isStateful: true },
  ],
});

describe('OpRegistry', () => {
  it('reads which ops are neither marked as stateful nor take a reference', async () => {
    assert.deepEqual([...(await statelessOps(toBinary(OpListSchema, list)))], ['Add']);
  });

  it('says of an op whether it leaves something behind', async () => {
    const registry = new OpRegistry(await statelessOps(toBinary(OpListSchema, list)));
    const kept = ['AssignVariableOp', 'AssignAdd', 'RandomUniform', 'SomebodysCustomOp'];
    for (const op of kept) assert.equal(registry.keepsState(op), true, op);
    for (const op of ['Add', 'VarHandleOp']) assert.equal(registry.keepsState(op), false, op);
  });

  it('refuses what is no OpList', async () => {
    await assert.rejects(statelessOps(Uint8Array.of(10, 200)), /Malformed protobuf/);
  });
});
