import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Upkeep, type UpkeepTimes, upkeepInterval } from './upkeep.ts';

const never = Number.POSITIVE_INFINITY;
const times: UpkeepTimes = {
  maxAgeMs: never,
  maxAgeGraceMs: never,
  maxIdleMs: never,
  keepaliveMs: never,
  keepaliveTimeoutMs: 20,
  keepaliveWithoutCalls: false,
};

/** With no jitter. */
const upkeep = (some: Partial<UpkeepTimes>) => new Upkeep({ ...times, ...some }, 0, 0.5);

describe('Upkeep', () => {
  it('leaves a connection alone where nothing is limited', () => {
    assert.equal(upkeep({}).step(1e12, 0, 0), 'nothing');
  });

  it('ends an old connection once, and cuts it off after the grace', () => {
    const kept = upkeep({ maxAgeMs: 1000, maxAgeGraceMs: 500 });
    assert.equal(kept.step(999, 1, 1), 'nothing');
    assert.equal(kept.step(1001, 1, 1), 'end');
    assert.equal(kept.step(1500, 1, 1), 'nothing');
    assert.equal(kept.step(1501, 1, 1), 'cut: too old');
  });

  it('lets calls of an old connection take their time without a grace', () => {
    const kept = upkeep({ maxAgeMs: 1000 });
    assert.equal(kept.step(1000, 1, 1), 'end');
    assert.equal(kept.step(1e12, 1, 1), 'nothing');
  });

  it('spreads ages and idle times over a tenth more and less', () => {
    for (const [random, limit] of [
      [0, 900],
      [1, 1100],
    ] as const) {
      for (const some of [{ maxAgeMs: 1000 }, { maxIdleMs: 1000 }]) {
        const kept = new Upkeep({ ...times, ...some }, 0, random);
        assert.equal(kept.step(limit - 1, 0, 0), 'nothing');
        assert.equal(kept.step(limit, 0, 0), 'end');
      }
    }
  });

  it('ends a connection without calls, once', () => {
    const kept = upkeep({ maxIdleMs: 100 });
    assert.equal(kept.step(99, 0, 0), 'nothing');
    assert.equal(kept.step(100, 0, 0), 'end');
    assert.equal(kept.step(300, 0, 0), 'nothing');
  });

  it('takes a call for activity, also one that came and went between two looks', () => {
    const kept = upkeep({ maxIdleMs: 100 });
    assert.equal(kept.step(90, 1, 1), 'nothing');
    assert.equal(kept.step(180, 1, 1), 'nothing');
    assert.equal(kept.step(270, 0, 3), 'nothing');
    assert.equal(kept.step(369, 0, 3), 'nothing');
    assert.equal(kept.step(370, 0, 3), 'end');
  });

  it('asks a silent client, and cuts it off where it stays silent', () => {
    const kept = upkeep({ keepaliveMs: 100 });
    assert.equal(kept.step(99, 1, 1), 'nothing');
    assert.equal(kept.step(100, 1, 1), 'ping');
    assert.equal(kept.step(119, 1, 1), 'nothing');
    assert.equal(kept.step(120, 1, 1), 'nothing', 'the answer may not be read yet');
    assert.equal(kept.step(121, 1, 1), 'cut: silent');
  });

  it('takes anything that a client says for an answer, however late it is read', () => {
    const kept = upkeep({ keepaliveMs: 100 });
    assert.equal(kept.step(100, 1, 1), 'ping');
    assert.equal(kept.step(1000, 1, 1), 'nothing');
    kept.hasRead = true;
    assert.equal(kept.step(1001, 1, 1), 'nothing');
    assert.equal(kept.step(1100, 1, 1), 'nothing');
    assert.equal(kept.step(1101, 1, 1), 'ping');
    assert.equal(kept.step(1121, 1, 1), 'nothing');
    kept.hasRead = true;
    assert.equal(kept.step(1122, 1, 1), 'nothing');
  });

  it('asks a client without calls only where it is told to', () => {
    assert.equal(upkeep({ keepaliveMs: 100 }).step(200, 0, 0), 'nothing');
    const kept = upkeep({ keepaliveMs: 100, keepaliveWithoutCalls: true });
    assert.equal(kept.step(200, 0, 0), 'ping');
  });

  it('waits for an answer also when the calls have ended meanwhile', () => {
    const kept = upkeep({ keepaliveMs: 100 });
    assert.equal(kept.step(100, 1, 1), 'ping');
    assert.equal(kept.step(120, 0, 1), 'nothing');
    assert.equal(kept.step(121, 0, 1), 'cut: silent');
  });
});

describe('upkeepInterval', () => {
  const cases: [some: Partial<UpkeepTimes>, interval: number][] = [
    [{}, never],
    [{ maxAgeGraceMs: 50 }, never],
    [{ keepaliveMs: 7_200_000, keepaliveTimeoutMs: 20_000 }, 1000],
    [{ keepaliveMs: 7_200_000, keepaliveTimeoutMs: 2000 }, 100],
    [{ maxAgeMs: 60_000, maxAgeGraceMs: 4000 }, 200],
    [{ maxIdleMs: 1 }, 10],
  ];
  for (const [some, interval] of cases) {
    it(`is ${interval} ms for ${JSON.stringify(some)}`, () => {
      assert.equal(upkeepInterval({ ...times, ...some }), interval);
    });
  }
});
