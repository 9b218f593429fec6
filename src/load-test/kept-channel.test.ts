import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FakeClock } from '../util/testing/fake-clock.ts';
import { KeptChannel } from './kept-channel.ts';
import { FakeChannel, fakeRequest } from './testing/fake-channel.ts';

describe('KeptChannel', () => {
  it('opens a channel anew when the old one has failed, once for all requests', async () => {
    const [first, second] = [new FakeChannel(5), new FakeChannel(5)];
    const channels = [first, second];
    const kept = await KeptChannel.open(async () => channels.shift()!);
    kept.ask(fakeRequest('a'), () => {});
    assert.equal(first.asked.length, 1);
    first.failure = 'gone';
    kept.ask(fakeRequest('b'), () => {});
    kept.ask(fakeRequest('c'), () => {});
    await nextTurn();
    assert.equal(first.isClosed, true);
    assert.deepEqual(
      second.asked.map(({ request }) => String(request.body)),
      ['b', 'c'],
    );
    kept.close();
    assert.equal(second.isClosed, true);
  });

  it('fails requests after a pause where there is no server, and tries again with the next', async () => {
    const clock = new FakeClock();
    const first = new FakeChannel();
    const second = new FakeChannel();
    const opens: (() => FakeChannel)[] = [
      () => first,
      () => {
        throw new Error('ECONNREFUSED');
      },
      () => second,
    ];
    const kept = await KeptChannel.open(async () => opens.shift()!(), clock);
    first.failure = 'gone';
    const failures: (string | null)[] = [];
    kept.ask(fakeRequest(), (failure) => failures.push(failure));
    await nextTurn();
    assert.equal(failures.length, 0);
    await clock.advance(100);
    await nextTurn();
    assert.equal(failures.join(), 'ECONNREFUSED');
    kept.ask(fakeRequest(), (failure) => failures.push(failure));
    await nextTurn();
    second.answer();
    assert.deepEqual(failures, ['ECONNREFUSED', null]);
  });

  it('closes a channel that opens after it was closed itself', async () => {
    const late = Promise.withResolvers<FakeChannel>();
    const first = new FakeChannel();
    const opens = [Promise.resolve(first), late.promise];
    const kept = await KeptChannel.open(() => opens.shift()!);
    first.failure = 'gone';
    kept.ask(fakeRequest(), () => assert.fail('answered'));
    kept.close();
    const channel = new FakeChannel();
    late.resolve(channel);
    await nextTurn();
    assert.equal(channel.isClosed, true);
    assert.equal(channel.asked.length, 0);
  });
});
