import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgressDisplay, formatBytes, type InstallProgress } from './progress.ts';

function event(doneBytes: number, phase: InstallProgress['phase'] = 'download'): InstallProgress {
  return { phase, subject: 'TensorFlow', doneBytes, totalBytes: 200e6 };
}

test('a terminal shows a bar that is drawn over and ends its line with the phase', () => {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 80, write: (text: string) => written.push(text) };
  const show = createProgressDisplay(stream);
  show(event(100e6));
  show(event(200e6));
  const half = `${'█'.repeat(15)}${'░'.repeat(15)}`;
  assert.equal(written[0], `\r\x1b[2KDownloading TensorFlow ${half} 50 % of 200 MB`);
  assert.equal(written[1], `\r\x1b[2KDownloading TensorFlow ${'█'.repeat(30)} 100 % of 200 MB\n`);
});

test('a bar never wraps on a narrow terminal', () => {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 30, write: (text: string) => written.push(text) };
  createProgressDisplay(stream)(event(1));
  assert.equal(written[0]?.replace('\r\x1b[2K', '').length, 29);
});

test('a log gets a line at the ends of a phase and every five seconds', () => {
  const written: string[] = [];
  let now = 0;
  const show = createProgressDisplay({ write: (text: string) => written.push(text) }, () => now);
  for (const [time, progress] of [
    [0, event(0)],
    [1000, event(20e6)],
    [4999, event(30e6)],
    [5000, event(50e6)],
    [6000, event(200e6)],
    [6001, event(0, 'unpack')],
  ] as const) {
    now = time;
    show(progress);
  }
  assert.deepEqual(written, [
    'Downloading TensorFlow: 0 % of 200 MB\n',
    'Downloading TensorFlow: 25 % of 200 MB\n',
    'Downloading TensorFlow: 100 % of 200 MB\n',
    'Unpacking TensorFlow: 0 % of 200 MB\n',
  ]);
});

test('sizes are written for people', () => {
  assert.deepEqual([1, 999_999, 274_000_871, 1_143_788_146].map(formatBytes), [
    '1 kB',
    '1000 kB',
    '274 MB',
    '1.1 GB',
  ]);
});
