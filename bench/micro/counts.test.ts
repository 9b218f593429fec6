import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, round } from './baseline.ts';
import { countsOf } from './callgrind.ts';

const dump = (part: number, trigger: string, total: number) =>
  `# callgrind format\nversion: 1\npid: 7\npart: ${part}\n\ndesc: Timerange: Basic block 0 - 9\ndesc: Trigger: ${trigger}\n\nevents: Ir\nsummary: ${total}\n\nfn=(1) f\n1 5\n\ntotals: ${total}\n`;

test('only what lies between two marks counts, in the order of the marks', () => {
  const mark = '--dump-before=uv_loadavg';
  const dumps = [
    dump(10, mark, 30),
    dump(1, mark, 9000),
    dump(2, mark, 20),
    dump(11, 'Program termination', 7),
    dump(9, mark, 29),
  ];
  assert.deepEqual(countsOf(dumps), [20, 29, 30]);
});

test('a count is worse or better beyond the tolerance only', () => {
  assert.equal(changeOf(105, 100, 0.05), 'same');
  assert.equal(changeOf(106, 100, 0.05), 'worse');
  assert.equal(changeOf(95, 100, 0.05), 'same');
  assert.equal(changeOf(94, 100, 0.05), 'better');
  assert.equal(changeOf(94, undefined, 0.05), 'new');
});

test('counts are kept to four digits', () => {
  assert.equal(round(6075.438), 6075);
  assert.equal(round(0.123456), 0.1235);
  assert.equal(round(1_234_567), 1_235_000);
});
