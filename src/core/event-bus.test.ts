import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { EventBus } from './event-bus.ts';

describe('EventBus', () => {
  let now: number;
  let logger: MemoryLogger;
  let bus: EventBus<string>;
  let heard: string[];
  const listen = (name: string) => bus.subscribe((event) => heard.push(`${name} ${event}`));

  beforeEach(() => {
    now = 0;
    logger = new MemoryLogger();
    bus = new EventBus<string>({ timeMicros: () => now, logger });
    heard = [];
  });

  test('tells listeners in the order in which they subscribed, before publish returns', () => {
    for (const name of ['a', 'b', 'c']) listen(name);
    bus.publish('1');
    assert.deepEqual(heard, ['a 1', 'b 1', 'c 1']);
  });

  test('tells the time of the publication, also of events that had to wait', () => {
    const times: [string, number][] = [];
    bus.subscribe((event) => {
      if (event !== 'first') return;
      now = 20;
      bus.publish('second');
      now = 30;
    });
    bus.subscribe((event, timeMicros) => times.push([event, timeMicros]));
    now = 10;
    bus.publish('first');
    assert.deepEqual(times, [
      ['first', 10],
      ['second', 20],
    ]);
  });

  test('a listener that throws keeps nobody from hearing or publishing, and is logged', () => {
    const error = new Error('broken listener');
    listen('a');
    bus.subscribe(() => {
      throw error;
    });
    listen('c');
    bus.publish('1');
    bus.publish('2');
    assert.deepEqual(heard, ['a 1', 'c 1', 'a 2', 'c 2']);
    assert.deepEqual(
      logger.entries.map(({ level, fields }) => [level, fields.error]),
      [
        ['error', error],
        ['error', error],
      ],
    );
  });

  test('a listener may end its own subscription and those of others while it hears', () => {
    const endA = listen('a');
    const endB = bus.subscribe((event) => {
      heard.push(`b ${event}`);
      endA();
      endB();
      endB();
      endC();
    });
    const endC = listen('c');
    listen('d');
    bus.publish('1');
    bus.publish('2');
    assert.deepEqual(heard, ['a 1', 'b 1', 'd 1', 'd 2']);
  });

  test('all hear events in the order of publication when a listener publishes', () => {
    bus.subscribe((event) => {
      heard.push(`a ${event}`);
      if (event === '1') {
        bus.publish('2');
        bus.publish('3');
        heard.push('a went on');
      }
    });
    listen('b');
    bus.publish('1');
    assert.deepEqual(heard, ['a 1', 'a went on', 'b 1', 'a 2', 'b 2', 'a 3', 'b 3']);
  });

  test('an event that waits is not told to those who subscribe or after they unsubscribe', () => {
    const endLate = listen('ended');
    const endFirst = bus.subscribe((event) => {
      if (event !== '1') return;
      bus.publish('2');
      listen('new');
      endLate();
      endFirst();
    });
    bus.publish('1');
    assert.deepEqual(heard, ['ended 1']);
    bus.publish('3');
    assert.deepEqual(heard, ['ended 1', 'new 3']);
  });

  test('one function may listen twice, and each subscription ends by itself', () => {
    const listener = (event: string) => heard.push(event);
    const endFirst = bus.subscribe(listener);
    bus.subscribe(listener);
    bus.publish('1');
    endFirst();
    endFirst();
    bus.publish('2');
    assert.deepEqual(heard, ['1', '1', '2']);
  });

  test('a listener that publishes and then throws loses no event', () => {
    bus.subscribe((event) => {
      if (event !== '1') return;
      bus.publish('2');
      throw new Error('late');
    });
    listen('b');
    bus.publish('1');
    assert.deepEqual(heard, ['b 1', 'b 2']);
  });
});
