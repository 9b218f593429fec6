import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Code, cancelled, StatusError } from '../status/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { ResourceGate } from './resource-gate.ts';
import { ResourceTracker } from './resource-tracker.ts';
import { mainMemory } from './resources.ts';
import { FakeLoader } from './testing/fake-loader.ts';

const never = new AbortController().signal;
const idOf = (name: string) => ({ name, version: 1n });

describe('ResourceGate', () => {
  let tracker: ResourceTracker;
  let gate: ResourceGate;
  let admitted: string[];

  beforeEach(() => {
    tracker = new ResourceTracker([{ resource: mainMemory, quantity: 10 }]);
    gate = new ResourceGate(tracker, new MemoryLogger());
    admitted = [];
  });

  /** Asks for room, and notes when there is some. */
  async function admit(name: string, bytes: number, signal = never): Promise<void> {
    const loader = new FakeLoader(name);
    loader.bytes = bytes;
    await gate.admit(idOf(name), loader, signal);
    admitted.push(name);
  }

  test('who does not fit waits, and those behind wait for that decision though they fit', async () => {
    await admit('first', 6);
    const waiting = [admit('large', 5), admit('small', 1)];
    await setImmediate();
    assert.deepEqual(admitted, ['first']);
    gate.ended(idOf('first'), true);
    await Promise.all(waiting);
    assert.deepEqual(admitted, ['first', 'large', 'small']);
    assert.equal(tracker.used(mainMemory), 6);
  });

  test('every end that gives too little is followed by another wait, the last by a refusal', async () => {
    await admit('a', 4);
    await admit('b', 4);
    const waiting = admit('large', 9);
    gate.ended(idOf('a'), true);
    await setImmediate();
    assert.deepEqual(admitted, ['a', 'b']);
    gate.ended(idOf('b'), false);
    await assert.rejects(
      waiting,
      (error) => error instanceof StatusError && error.code === Code.RESOURCE_EXHAUSTED,
    );
    assert.equal(tracker.used(mainMemory), 4);
    await admit('fits', 6);
  });

  test('an unload under way is worth waiting for', async () => {
    await admit('old', 8);
    gate.ended(idOf('old'), false);
    gate.leaving();
    const waiting = admit('next', 8);
    await setImmediate();
    assert.deepEqual(admitted, ['old']);
    gate.ended(idOf('old'), true);
    await waiting;
    assert.deepEqual(admitted, ['old', 'next']);
  });

  test('who gives up while it waits takes nothing, and holds nobody up', async () => {
    await admit('first', 6);
    const controller = new AbortController();
    const waiting = [admit('large', 5, controller.signal), admit('small', 1)];
    await setImmediate();
    controller.abort(cancelled('not wanted'));
    await assert.rejects(waiting[0]!, /not wanted/);
    await waiting[1];
    assert.equal(tracker.used(mainMemory), 7);
    await assert.rejects(admit('late', 1, controller.signal), /not wanted/);
  });

  test('who gives up behind a decision that takes long leaves at once', async () => {
    await admit('first', 6);
    const controller = new AbortController();
    const large = admit('large', 5);
    const behind = admit('behind', 1, controller.signal);
    await setImmediate();
    controller.abort(cancelled('not wanted'));
    await assert.rejects(behind, /not wanted/);
    assert.deepEqual(admitted, ['first']);
    gate.ended(idOf('first'), true);
    await large;
    assert.equal(tracker.used(mainMemory), 5);
  });

  test('who cannot estimate is told so with the code of its reason', async () => {
    const loader = new FakeLoader('m');
    loader.estimateFailures.push(new StatusError(Code.PERMISSION_DENIED, 'closed'));
    await assert.rejects(
      gate.admit(idOf('m'), loader, never),
      (error) =>
        error instanceof StatusError &&
        error.code === Code.PERMISSION_DENIED &&
        error.message ===
          'Error while attempting to reserve resources to load servable {name: m version: 1}: closed',
    );
    await admit('next', 10);
  });
});
