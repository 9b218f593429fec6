import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConcurrencyTuner } from './concurrency-tuner.ts';
import type { EndedRun } from './load-window.ts';

const ended: EndedRun = { rows: 10, tasks: 1, isUsual: true, isLong: true };

/** Lets runs of 10 rows end one after the other, at a rate that depends on how many are made at once, and on whether they wait. */
function drive(
  tuner: ConcurrencyTuner,
  from: number,
  runs: number,
  msOf: (limit: number, gathers: boolean) => number,
  run = ended,
) {
  const limits: number[] = [];
  const gathered: boolean[] = [];
  let now = from;
  for (let i = 0; i < runs; i++) {
    now += msOf(tuner.limit, tuner.gathers);
    tuner.ended(now, run);
    limits.push(tuner.limit);
    gathered.push(tuner.gathers);
  }
  return { now, limits, gathered };
}

/** The part of the runs that were made with `limit`. */
const partOf = (limits: readonly number[], limit: number) =>
  limits.filter((one) => one === limit).length / limits.length;

describe('the number of runs at once', () => {
  test('comes down to what yields most', () => {
    const tuner = new ConcurrencyTuner(4, 0);
    const { limits } = drive(tuner, 0, 3000, (limit) => 10 * limit ** 0.5);
    assert.ok(partOf(limits.slice(1000), 1) > 0.85, String(partOf(limits.slice(1000), 1)));
  });

  test('stays at the most where that yields most, and is tried ever more seldom', () => {
    const tuner = new ConcurrencyTuner(4, 0);
    const { limits } = drive(tuner, 0, 3000, (limit) => 10 / limit);
    assert.ok(partOf(limits.slice(1000), 4) > 0.95, String(partOf(limits.slice(1000), 4)));
  });

  test('is not tried for long where it is hopeless', () => {
    const tuner = new ConcurrencyTuner(2, 0);
    // As many runs as make a window last less than its time by far.
    const { limits } = drive(tuner, 0, 5000, (limit) => 2 / limit);
    const trials = limits
      .join('')
      .split('2')
      .filter((trial) => trial !== '');
    assert.ok(trials.length >= 2, `${trials.length} trials`);
    for (const trial of trials) assert.ok(trial.length <= 8, `${trial.length} runs`);
  });

  test('is found anew when the machine changes', () => {
    const tuner = new ConcurrencyTuner(2, 0);
    const { now } = drive(tuner, 0, 2000, (limit) => 10 / limit);
    const { limits } = drive(tuner, now, 4000, (limit) => 10 * limit);
    assert.ok(partOf(limits.slice(2000), 1) > 0.85, String(partOf(limits.slice(2000), 1)));
  });

  test('is not touched as long as runs are lacking', () => {
    const tuner = new ConcurrencyTuner(2, 0);
    let now = 0;
    for (let i = 0; i < 500; i++) {
      tuner.idle(now, true);
      now += 5;
      tuner.idle(now, false);
      now += 10;
      tuner.ended(now, ended);
      assert.equal(tuner.limit, 2);
    }
    assert.equal(tuner.isSaturated, false);
  });

  test('is the most where runs are lacking, and what was kept as soon as there is enough to do', () => {
    const tuner = new ConcurrencyTuner(4, 0);
    const msOf = (limit: number) => 10 * limit ** 0.5;
    let { now } = drive(tuner, 0, 3000, msOf);
    assert.ok(tuner.limit < 4);
    for (let i = 0; i < 30; i++) {
      tuner.idle(now, true);
      now += 20;
      tuner.idle(now, false);
      now += 10;
      tuner.ended(now, ended);
    }
    assert.equal(tuner.limit, 4);
    const { limits } = drive(tuner, now, 100, msOf);
    assert.ok(partOf(limits.slice(20), 1) > 0.8, limits.join(''));
  });

  test('is one where there is but one, and saturation is still seen', () => {
    const tuner = new ConcurrencyTuner(1, 0);
    const { limits } = drive(tuner, 0, 200, () => 10);
    assert.equal(partOf(limits, 1), 1);
    assert.equal(tuner.isSaturated, true);
  });
});

const partOfTrue = (all: readonly boolean[]) => all.filter((one) => one).length / all.length;

describe('whether runs wait for those who will ask again', () => {
  test('is found by trial', () => {
    const gains = drive(new ConcurrencyTuner(1, 0), 0, 2000, (_, gathers) => (gathers ? 10 : 12));
    assert.ok(partOfTrue(gains.gathered.slice(500)) > 0.9, String(partOfTrue(gains.gathered)));
    const loses = drive(new ConcurrencyTuner(1, 0), 0, 2000, (_, gathers) => (gathers ? 12 : 10));
    assert.ok(partOfTrue(loses.gathered.slice(500)) < 0.1, String(partOfTrue(loses.gathered)));
    assert.ok(loses.gathered.includes(true));
  });

  test('is given up when it gains nothing any more', () => {
    const tuner = new ConcurrencyTuner(1, 0);
    const { now } = drive(tuner, 0, 1000, (_, gathers) => (gathers ? 10 : 12));
    const { gathered } = drive(tuner, now, 2000, () => 10);
    assert.ok(partOfTrue(gathered.slice(1000)) < 0.2, String(partOfTrue(gathered.slice(1000))));
  });

  test('is not tried with runs too short to wait for, nor while runs are lacking', () => {
    const short = drive(new ConcurrencyTuner(1, 0), 0, 2000, () => 0.5, {
      ...ended,
      isLong: false,
    });
    assert.equal(partOfTrue(short.gathered), 0);
    const tuner = new ConcurrencyTuner(1, 0);
    for (let now = 0; now < 10_000; now += 20) {
      tuner.idle(now, true);
      tuner.idle(now + 10, false);
      tuner.ended(now + 20, ended);
      assert.equal(tuner.gathers, false);
    }
  });

  test('is not judged by runs of sizes that were never made before', () => {
    const tuner = new ConcurrencyTuner(1, 0);
    const { gathered } = drive(tuner, 0, 500, () => 10, { ...ended, isUsual: false });
    assert.equal(partOfTrue(gathered), 0);
    assert.equal(tuner.isTrying, false);
  });
});
