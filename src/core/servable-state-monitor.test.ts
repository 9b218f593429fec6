import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unavailable } from '../status/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { randomFrom } from '../util/testing/random.ts';
import type { ServableState, ServableStatus } from './servable-state.ts';
import { ServableStateMonitor } from './servable-state-monitor.ts';
import { testStateMonitor } from './testing/test-state-monitor.ts';

const never = new AbortController().signal;

/** A version that ends was unloaded. */
const status = (name: string, version: bigint, state: ServableState): ServableStatus => ({
  id: { name, version },
  state,
  error: null,
});

/** The end of a version that could not be loaded. */
const failed = (name: string, version: bigint): ServableStatus => ({
  id: { name, version },
  state: 'END',
  error: unavailable('no reason'),
});

const text = ({ id, state }: ServableStatus) => `${id.name}/${id.version} ${state}`;

/** One that forgets every version as soon as it ends. */
const forgetfulMonitor = () =>
  new ServableStateMonitor({
    timeMicros: () => 0,
    logger: new MemoryLogger(),
    maxEndedVersions: 0,
    maxEndedServables: 0,
  });

/** What a wait has come to after everything that is due has run: null while it goes on. */
async function outcome(waiting: Promise<readonly ServableStatus[]>): Promise<string[] | null> {
  const pending = new Promise<null>((resolve) => setImmediate(() => resolve(null)));
  const first = await Promise.race([waiting, pending]);
  return first === null ? null : first.map(text);
}

describe('ServableStateMonitor', () => {
  test('a state is known by the time that listeners hear of it', () => {
    const monitor = testStateMonitor();
    const seen: (string | undefined)[] = [];
    monitor.subscribe(({ id }) => {
      seen.push(monitor.status(id)?.state, monitor.statuses(id.name)[0]?.state);
    });
    monitor.publish(status('m', 1n, 'START'));
    monitor.publish(status('m', 1n, 'LOADING'));
    assert.deepEqual(seen, ['START', 'START', 'LOADING', 'LOADING']);
  });

  test('listeners are told the time, and no more once they unsubscribe', () => {
    let now = 1;
    const monitor = new ServableStateMonitor({
      timeMicros: () => now++,
      logger: new MemoryLogger(),
      maxEndedVersions: 1,
      maxEndedServables: 1,
    });
    const heard: string[] = [];
    const end = monitor.subscribe((status, timeMicros) => {
      heard.push(`${timeMicros} ${text(status)}`);
    });
    monitor.publish(status('m', 1n, 'START'));
    monitor.publish(status('m', 1n, 'END'));
    end();
    monitor.publish(status('m', 2n, 'START'));
    assert.deepEqual(heard, ['1 m/1 START', '2 m/1 END']);
  });

  test('a listener that throws keeps no version from its next state', () => {
    const logger = new MemoryLogger();
    const monitor = testStateMonitor(logger);
    monitor.subscribe(() => {
      throw new Error('broken');
    });
    monitor.publish(status('m', 1n, 'START'));
    monitor.publish(status('m', 1n, 'AVAILABLE'));
    assert.equal(monitor.status({ name: 'm', version: 1n })?.state, 'AVAILABLE');
    assert.equal(logger.messages('error').length, 2);
  });
});

describe('ServableStateMonitor.waitUntilDecided', () => {
  test('what is known already decides at once', async () => {
    const monitor = testStateMonitor();
    monitor.publish(status('a', 3n, 'LOADING'));
    monitor.publish(status('a', 2n, 'AVAILABLE'));
    monitor.publish(status('a', 1n, 'AVAILABLE'));
    assert.deepEqual(await outcome(monitor.waitUntilDecided(['a'], never)), ['a/2 AVAILABLE']);
    assert.deepEqual(await outcome(monitor.waitUntilDecided([], never)), []);
  });

  test('waits for every name, and answers in their order, twice for a name given twice', async () => {
    const monitor = testStateMonitor();
    const waiting = monitor.waitUntilDecided(['a', 'b', 'a'], never);
    monitor.publish(failed('b', 1n));
    monitor.publish(failed('other', 1n));
    assert.equal(await outcome(waiting), null);
    monitor.publish(status('a', 1n, 'AVAILABLE'));
    assert.deepEqual(await outcome(waiting), ['a/1 AVAILABLE', 'b/1 END', 'a/1 AVAILABLE']);
  });

  test('a version that was unloaded decides nothing', async () => {
    const monitor = testStateMonitor();
    monitor.publish(status('a', 3n, 'END'));
    const waiting = monitor.waitUntilDecided(['a'], never);
    monitor.publish(status('a', 4n, 'UNLOADING'));
    monitor.publish(status('a', 4n, 'END'));
    assert.equal(await outcome(waiting), null);
    monitor.publish(failed('a', 2n));
    assert.deepEqual(await outcome(waiting), ['a/2 END']);
  });

  test('a version that decided and is unloaded while others are waited for decides no more', async () => {
    const monitor = testStateMonitor();
    const waiting = monitor.waitUntilDecided(['a', 'b'], never);
    monitor.publish(status('a', 3n, 'AVAILABLE'));
    monitor.publish(status('a', 3n, 'UNLOADING'));
    monitor.publish(status('a', 3n, 'END'));
    monitor.publish(status('b', 1n, 'AVAILABLE'));
    assert.equal(await outcome(waiting), null);
    monitor.publish(status('a', 1n, 'AVAILABLE'));
    assert.deepEqual(await outcome(waiting), ['a/1 AVAILABLE', 'b/1 AVAILABLE']);
  });

  test('what is to be waited for anew is forgotten first', async () => {
    const monitor = testStateMonitor();
    monitor.publish(failed('a', 1n));
    monitor.publish(status('b', 1n, 'AVAILABLE'));
    monitor.publish(failed('b', 2n));
    monitor.forgetEnded('a');
    monitor.forgetEnded('b');
    monitor.forgetEnded('c');
    assert.deepEqual(monitor.names(), ['b']);
    assert.deepEqual(monitor.statuses('b').map(text), ['b/1 AVAILABLE']);
    assert.equal(await outcome(monitor.waitUntilDecided(['a'], never)), null);
  });

  test('a newer version decides instead as long as others are waited for, an older one does not', async () => {
    const monitor = testStateMonitor();
    const waiting = monitor.waitUntilDecided(['a', 'b'], never);
    monitor.publish(failed('a', 2n));
    monitor.publish(status('a', 1n, 'AVAILABLE'));
    monitor.publish(status('a', 3n, 'AVAILABLE'));
    monitor.publish(status('b', 1n, 'AVAILABLE'));
    assert.deepEqual(await outcome(waiting), ['a/3 AVAILABLE', 'b/1 AVAILABLE']);
  });

  test('a version that goes on to another state decides no more', async () => {
    const monitor = testStateMonitor();
    const waiting = monitor.waitUntilDecided(['a', 'b'], never);
    monitor.publish(failed('a', 2n));
    monitor.publish(status('a', 2n, 'START'));
    monitor.publish(status('b', 1n, 'AVAILABLE'));
    assert.equal(await outcome(waiting), null);
    monitor.publish(status('a', 2n, 'AVAILABLE'));
    assert.deepEqual(await outcome(waiting), ['a/2 AVAILABLE', 'b/1 AVAILABLE']);
  });

  test('a version whose end is forgotten at once decides all the same', async () => {
    const monitor = forgetfulMonitor();
    const waiting = monitor.waitUntilDecided(['a', 'b'], never);
    monitor.publish(failed('a', 2n));
    assert.deepEqual(monitor.names(), []);
    monitor.publish(status('a', 1n, 'LOADING'));
    monitor.publish(status('a', 3n, 'LOADING'));
    monitor.publish(status('b', 1n, 'AVAILABLE'));
    assert.deepEqual(await outcome(waiting), ['a/2 END', 'b/1 AVAILABLE']);
  });

  test('an older version that lives decides when the newer one starts again', async () => {
    const monitor = forgetfulMonitor();
    const waiting = monitor.waitUntilDecided(['a', 'b'], never);
    monitor.publish(status('a', 1n, 'AVAILABLE'));
    monitor.publish(failed('a', 2n));
    monitor.publish(status('a', 2n, 'START'));
    monitor.publish(status('b', 1n, 'AVAILABLE'));
    assert.deepEqual(await outcome(waiting), ['a/1 AVAILABLE', 'b/1 AVAILABLE']);
  });

  test('ends with the reason of its signal, aborted before or later', async () => {
    const monitor = testStateMonitor();
    const controller = new AbortController();
    const waiting = monitor.waitUntilDecided(['a'], controller.signal);
    controller.abort(new Error('stopped'));
    await assert.rejects(waiting, /stopped/);
    monitor.publish(status('a', 1n, 'AVAILABLE'));
    await assert.rejects(monitor.waitUntilDecided(['a'], controller.signal), /stopped/);
  });

  test('decides as a look at everything after each event would, whatever comes', async () => {
    const states: readonly ServableState[] = ['START', 'LOADING', 'AVAILABLE', 'UNLOADING', 'END'];
    for (let seed = 0; seed < 300; seed++) {
      const random = randomFrom(seed);
      const below = (limit: number) => Math.floor(random() * limit);
      const monitor = testStateMonitor();
      const names = ['a', 'b', 'c'];
      const event = () => {
        const state = states[below(states.length)]!;
        const name = names[below(3)]!;
        const version = BigInt(below(3));
        const isFailure = state === 'END' && below(2) === 0;
        return isFailure ? failed(name, version) : status(name, version, state);
      };
      for (let i = below(6); i > 0; i--) monitor.publish(event());
      const decided = () => {
        const all = names.map((name) =>
          monitor
            .statuses(name)
            .find(({ state, error }) => state === 'AVAILABLE' || error !== null),
        );
        return all.includes(undefined) ? null : all.map((one) => text(one!));
      };
      const waiting = monitor.waitUntilDecided(names, never);
      let expected = decided();
      for (let i = 0; i < 40 && expected === null; i++) {
        monitor.publish(event());
        expected = decided();
      }
      assert.deepEqual(await outcome(waiting), expected, `seed ${seed}`);
    }
  });
});
