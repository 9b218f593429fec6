import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { closedLoop } from './closed-loop.ts';
import type { AnswerSink } from './load-loop.ts';
import { openLoop } from './open-loop.ts';
import type { Arrivals } from './pacer.ts';
import { FakeChannel, fakeRequest } from './testing/fake-channel.ts';

class Counts implements AnswerSink {
  readonly counted: { since: number; failure: string | null }[] = [];

  count(since: number, failure: string | null): void {
    this.counted.push({ since, failure });
  }
}

/** Arrivals that a test makes. */
class HandArrivals implements Arrivals {
  due: (at: number) => void = () => {};
  last: () => void = () => {};

  run(_options: unknown, onDue: (due: number) => void): Promise<void> {
    this.due = onDue;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.last = resolve;
    return promise;
  }
}

const forEver = 2 ** 30;

describe('closedLoop', () => {
  it('asks again on a channel only when its answer has come, with the requests in turn', async () => {
    const [one, other] = [new FakeChannel(), new FakeChannel()];
    const sink = new Counts();
    const requests = ['a', 'b', 'c'].map(fakeRequest);
    const stop = new AbortController();
    const loop = closedLoop({
      ...{ channels: [one, other], requests, sink, ms: forEver },
      signal: stop.signal,
    });
    assert.deepEqual([one.asked.length, other.asked.length], [1, 1]);
    one.answer();
    one.answer('broken');
    assert.deepEqual([one.asked.length, other.asked.length], [1, 1]);
    assert.equal(String(one.asked[0]!.request.body), 'a');
    stop.abort();
    assert.equal(await loop, 2);
    other.answer();
    assert.deepEqual(
      sink.counted.map(({ failure }) => failure),
      [null, 'broken'],
    );
  });

  it('ends when its time is over and the last answer is here', async () => {
    const channel = new FakeChannel();
    channel.answerAll();
    const sink = new Counts();
    const unanswered = await closedLoop({
      ...{ channels: [channel, channel], requests: [fakeRequest()], sink, ms: 5 },
    });
    assert.equal(unanswered, 0);
    assert.ok(sink.counted.length >= 2);
  });

  it('waits for last answers only so long', async () => {
    const unanswered = await closedLoop({
      channels: [new FakeChannel(), new FakeChannel()],
      requests: [fakeRequest()],
      sink: new Counts(),
      ms: 1,
      patienceMs: 1,
    });
    assert.equal(unanswered, 2);
  });
});

describe('openLoop', () => {
  const base = { requests: [fakeRequest()], ms: 1, rate: 1, seed: 1 };

  it('times a request from when it was due, also while it waits for a free channel', async () => {
    const channel = new FakeChannel();
    const arrivals = new HandArrivals();
    const sink = new Counts();
    const loop = openLoop(arrivals, { ...base, channels: [channel], sink });
    for (const due of [10, 20, 30]) arrivals.due(due);
    assert.equal(channel.asked.length, 1);
    channel.answer();
    channel.answer('full');
    arrivals.last();
    await nextTurn();
    channel.answer();
    assert.deepEqual(await loop, { unanswered: 0, mostWaiting: 2 });
    assert.deepEqual(sink.counted, [
      { since: 10, failure: null },
      { since: 20, failure: 'full' },
      { since: 30, failure: null },
    ]);
  });

  it('takes the channels in turn, each within its capacity', async () => {
    const channels = [new FakeChannel(2), new FakeChannel(2)];
    const arrivals = new HandArrivals();
    const loop = openLoop(arrivals, { ...base, channels, sink: new Counts() });
    for (let i = 0; i < 5; i++) arrivals.due(i);
    assert.deepEqual(
      channels.map(({ asked }) => asked.length),
      [2, 2],
    );
    for (const channel of channels) while (channel.asked.length > 0) channel.answer();
    arrivals.last();
    assert.deepEqual(await loop, { unanswered: 0, mostWaiting: 1 });
  });

  it('gives up what was not answered, those that were never sent too', async () => {
    const channel = new FakeChannel();
    const arrivals = new HandArrivals();
    const sink = new Counts();
    const loop = openLoop(arrivals, { ...base, channels: [channel], sink, patienceMs: 1 });
    arrivals.due(1);
    arrivals.due(2);
    arrivals.last();
    assert.deepEqual(await loop, { unanswered: 2, mostWaiting: 1 });
    channel.answer();
    assert.deepEqual(sink.counted, []);
  });

  it('ends at once by its signal', async () => {
    const arrivals = new HandArrivals();
    const stop = new AbortController();
    const loop = openLoop(arrivals, {
      ...{ ...base, channels: [new FakeChannel()], sink: new Counts() },
      signal: stop.signal,
    });
    arrivals.due(1);
    stop.abort();
    assert.deepEqual(await loop, { unanswered: 1, mostWaiting: 0 });
  });
});
