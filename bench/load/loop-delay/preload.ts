/**
 * Loaded into every thread of a server under test by `NODE_OPTIONS=--require=…`: records the delays of
 * the event loop, and on SIGUSR2 appends a line for each thread to the file that
 * SERVAL_BENCH_LOOP_DELAY names, and begins anew.
 */
import { appendFileSync } from 'node:fs';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';
import { DelayRecorder } from './recorder.ts';

const file = process.env.SERVAL_BENCH_LOOP_DELAY!;
const recorder = new DelayRecorder();
const timer = setInterval(() => recorder.tick(performance.now()), 1);
timer.unref();

const channel = new BroadcastChannel('serval-bench-loop-delay');
channel.unref();
channel.onmessage = report;
if (isMainThread) {
  process.on('SIGUSR2', () => {
    channel.postMessage(null);
    report();
  });
}

function report(): void {
  appendFileSync(file, `${JSON.stringify({ thread: threadId, ...recorder.take() })}\n`);
}
