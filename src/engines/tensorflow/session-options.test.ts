import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { ConfigProtoSchema } from '../../proto/index.ts';
import { sessionsOwnThreads } from './session-options.ts';

const config = (fields: MessageInitShape<typeof ConfigProtoSchema>) =>
  toBinary(ConfigProtoSchema, create(ConfigProtoSchema, fields));

describe('sessionsOwnThreads', () => {
  it('is true for sessions with pools of their own', () => {
    const pools = [{ numThreads: 2 }];
    assert.equal(sessionsOwnThreads(config({ sessionInterOpThreadPool: pools }), {}), true);
    assert.equal(sessionsOwnThreads(config({ usePerSessionThreads: true }), {}), true);
  });

  it('is false for sessions that share the pools of the process, whatever their sizes', () => {
    for (const fields of [
      {},
      { usePerSessionThreads: false },
      { interOpParallelismThreads: 3, intraOpParallelismThreads: 9, deviceCount: { CPU: 2 } },
    ]) {
      assert.equal(sessionsOwnThreads(config(fields), {}), false);
    }
  });

  it('heeds the variable that gives every session an intra-op pool', () => {
    const own = (value: string) =>
      sessionsOwnThreads(config({}), { TF_OVERRIDE_GLOBAL_THREADPOOL: value });
    assert.deepEqual(['1', 'true', '0', 'false', ''].map(own), [true, true, false, false, false]);
  });

  it('refuses what is no ConfigProto', () => {
    assert.throws(() => sessionsOwnThreads(Uint8Array.of(10, 200), {}), /Malformed protobuf/);
  });
});
