import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byteStrings, floats } from '../testing/tensorflow.ts';
import { InlinePolicy, type ShapeRecord } from './inline-policy.ts';

const vector = (length: number) => floats([length], new Array<number>(length).fill(0));

/** Runs off the thread until it is inline; returns how many that took. */
function observe(record: ShapeRecord, milliseconds: number, most = 100_000): number {
  for (let runs = 1; runs <= most; runs++) {
    record.ranOffThread(milliseconds);
    if (record.inline) return runs;
  }
  return Number.POSITIVE_INFINITY;
}

describe('InlinePolicy', () => {
  it('brings a shape to the thread after five short runs elsewhere', () => {
    const record = new InlinePolicy().record([vector(3)]);
    assert.equal(record.inline, false);
    assert.equal(observe(record, 0.2), 5);
  });

  it('takes the shortest of five for the time of a run, the others for waiting', () => {
    const record = new InlinePolicy().record([vector(3)]);
    for (const time of [120, 7, 0.4, 3, 2]) record.ranOffThread(time);
    assert.equal(record.inline, true);
  });

  it('never brings a long one', () => {
    const record = new InlinePolicy().record([vector(3)]);
    assert.equal(observe(record, 1.01, 10_000), Number.POSITIVE_INFINITY);
  });

  it('sends a shape away at one overrun, for twice as long each time', () => {
    const record = new InlinePolicy().record([vector(3)]);
    observe(record, 0.2);
    const waits = [];
    for (let i = 0; i < 4; i++) {
      for (let run = 0; run < 99; run++) record.ranInline(0.3);
      record.ranInline(1.5);
      assert.equal(record.inline, false);
      waits.push(observe(record, 0.2));
    }
    assert.deepEqual(waits, [10, 20, 40, 80]);
  });

  it('forgets overruns that have become rarer than one in a hundred', () => {
    const record = new InlinePolicy().record([vector(3)]);
    observe(record, 0.2);
    record.ranInline(2);
    record.ranInline(2);
    observe(record, 0.2);
    for (let run = 0; run < 100; run++) record.ranInline(0.3);
    record.ranInline(2);
    assert.equal(observe(record, 0.2), 10);
  });

  it('tells shapes apart, by every dimension and input', () => {
    const policy = new InlinePolicy();
    const records = [
      policy.record([vector(3)]),
      policy.record([vector(4)]),
      policy.record([floats([3, 1], [1, 2, 3])]),
      policy.record([vector(3), vector(3)]),
      policy.record([]),
    ];
    assert.equal(new Set(records).size, records.length);
    assert.equal(policy.record([floats([3], [7, 8, 9])]), records[0]);
  });

  it('tells strings apart by their bytes, to a power of two', () => {
    const policy = new InlinePolicy();
    const strings = (size: number) => [byteStrings([1], [Buffer.alloc(size)])];
    assert.equal(policy.record(strings(600)), policy.record(strings(1000)));
    assert.notEqual(policy.record(strings(600)), policy.record(strings(60_000)));
  });

  it('remembers 64 shapes, those in use rather than those passing by', () => {
    const policy = new InlinePolicy();
    const used = policy.record([vector(1)]);
    for (let length = 2; length < 300; length++) {
      policy.record([vector(length)]);
      assert.equal(policy.record([vector(1)]), used);
    }
    assert.equal(policy.size, 64);
  });
});
