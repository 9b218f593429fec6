import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadHtml } from './load-html.ts';
import type { LoadReport, LoadStep } from './load-report.ts';
import { loadHeadline, loadRemarks, loadTable } from './load-text.ts';
import { StepTally } from './step-tally.ts';

function step(level: number, given: Partial<LoadStep> = {}): LoadStep {
  let now = 0;
  const tally = new StepTally(() => now);
  for (let i = 1; i <= 100; i++) {
    now = i * 10;
    tally.count(now - i * level, null);
  }
  return {
    level,
    connections: level,
    ...tally.finish(),
    rowsPerSecond: 400,
    batches: null,
    client: { busy: 0.2, cpuSeconds: 0.1, mostWaiting: 0 },
    ...given,
  };
}

function report(steps: readonly LoadStep[], given: Partial<LoadReport> = {}): LoadReport {
  return {
    startedAt: '2026-01-01T00:00:00.000Z',
    server: 'host:8501',
    protocol: 'rest',
    model: 'm<script>',
    signature: 'serving_default',
    load: 'closed',
    request: { rows: 4, bytes: 61, variants: 16, inputs: ['x float [4]'] },
    warmupSeconds: 2,
    stepSeconds: 10,
    steps,
    interrupted: false,
    failure: null,
    ...given,
  };
}

describe('the report of a load test', () => {
  it('says what was asked', () => {
    const headline = (inputs: string[] | null) =>
      loadHeadline(report([], { request: { ...report([]).request, inputs } }))[1];
    assert.equal(
      headline(['x float [4]', 'y int32 []']),
      'x float [4], y int32 []; 4 rows, 61 bytes a request',
    );
    assert.equal(headline([]), 'no inputs; 4 rows, 61 bytes a request');
    assert.equal(headline(null), 'as given; 4 rows, 61 bytes a request');
  });

  it('has a row of figures for each step', () => {
    assert.deepEqual(loadTable(report([step(1), step(2, { failed: 3 })])), [
      [
        'concurrency',
        'requests/s',
        'rows/s',
        'p50 ms',
        'p90 ms',
        'p99 ms',
        'p99.9 ms',
        'max ms',
        'errors',
        'client busy',
      ],
      ['1', '100', '400', '50.0', '89.9', '99.1', '100', '100', '0', '20 %'],
      ['2', '100', '400', '100', '180', '198', '200', '200', '3', '20 %'],
    ]);
    assert.match(
      loadHeadline(report([])).join('\n'),
      /x float \[4\]; 4 rows, 61 bytes a request\nclosed loop/,
    );
  });

  it('shows batches where the server tells of them, and a dash where nothing was answered', () => {
    const batches = { batches: 5, meanRows: 6.5, paddingShare: 0.25 };
    const none = new StepTally(() => 0).finish();
    const table = loadTable(report([step(1, { batches }), step(2, none)]));
    assert.deepEqual(table[0]!.slice(-3), ['rows/batch', 'padding', 'client busy']);
    assert.deepEqual(table[1]!.slice(-3), ['6.50', '25 %', '20 %']);
    assert.deepEqual(table[2]!.slice(1, 11), ['0', '400', '-', '-', '-', '-', '-', '0', '-', '-']);
  });

  it('says when the client was the bottleneck, what failed, and that it was ended', () => {
    const client = { busy: 0.97, cpuSeconds: 9, mostWaiting: 12 };
    const errors = [{ text: 'UNAVAILABLE: full', count: 3 }];
    const remarks = loadRemarks(
      report([step(1), step(8, { client, errors })], {
        load: 'open',
        interrupted: true,
        failure: 'rate 9: gone',
      }),
    );
    assert.equal(remarks.length, 5);
    assert.equal(remarks[0], 'rate 8: 3 × UNAVAILABLE: full');
    assert.match(remarks[1]!, /^The client was busy all the time \(at rate 8\)/);
    assert.match(remarks[2]!, /^Requests waited in the client .* \(at rate 8\)/);
    assert.equal(remarks[3], 'Ended at rate 9: gone');
    assert.equal(remarks[4], 'Ended before its time.');
    assert.deepEqual(loadRemarks(report([step(1)])), []);
  });

  it('is a page that needs nothing else, with plots of finite numbers', () => {
    const page = loadHtml(report([step(1), step(2), step(4, new StepTally(() => 0).finish())]));
    assert.equal(page.match(/<svg /g)?.length, 3);
    assert.doesNotMatch(page, /<script|https?:|NaN|Infinity|undefined|url\(/);
    assert.match(page, /prefers-color-scheme:dark/);
    assert.match(page, /Load test of m&#60;script&#62;/);
    for (const tag of ['svg', 'table', 'style', 'h2', 'body', 'html', 'text', 'circle', 'p']) {
      const opened = page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0;
      const closed = page.match(new RegExp(`</${tag}>|<${tag} [^>]*/>`, 'g'))?.length ?? 0;
      assert.equal(opened, closed, tag);
    }
  });

  it('has no plots where nothing was answered', () => {
    assert.doesNotMatch(loadHtml(report([])), /<svg/);
  });
});
