import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StepTally } from './step-tally.ts';

describe('StepTally', () => {
  it('counts right answers a second up to the last answer, and times those only', () => {
    let now = 1000;
    const tally = new StepTally(() => now);
    for (let i = 0; i < 4; i++) {
      now += 500;
      tally.count(now - 10, null);
    }
    now += 500;
    tally.count(now - 400, 'UNAVAILABLE: full');
    now += 9000;
    const result = tally.finish();
    assert.equal(result.seconds, 2.5);
    assert.deepEqual([result.answered, result.failed], [4, 1]);
    assert.equal(result.requestsPerSecond, 1.6);
    assert.equal(result.latencyMs.max, 10);
    assert.deepEqual(result.errors, [{ text: 'UNAVAILABLE: full', count: 1 }]);
  });

  it('tells of nothing that was answered', () => {
    const tally = new StepTally(() => 5);
    tally.countUnanswered(3, 'no answer');
    const result = tally.finish();
    assert.equal(result.requestsPerSecond, 0);
    assert.ok(Number.isNaN(result.latencyMs.p50));
    assert.deepEqual(result.errors, [{ text: 'no answer', count: 3 }]);
  });

  it('puts errors together that differ in numbers only, and keeps a bounded number of kinds', () => {
    const tally = new StepTally(() => 0);
    for (let i = 0; i < 100; i++) tally.count(0, `queue of ${i} is full`);
    for (let i = 0; i < 200; i++) tally.count(0, `kind ${String.fromCharCode(0x100 + i)}`);
    const { errors, failed } = tally.finish();
    assert.equal(failed, 300);
    assert.deepEqual(errors[0], { text: 'queue of 0 is full', count: 100 });
    assert.equal(errors.length, 21);
    assert.deepEqual(errors.at(-1), { text: 'other errors', count: 181 });
  });
});
