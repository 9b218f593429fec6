import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { busiestCalls, whereabouts } from './whereabouts.ts';

/** A worker that is in the middle of something once this resolves. */
async function workerThat(does: string): Promise<Worker> {
  const code = `const { parentPort } = require('node:worker_threads');
    function spin() { for (;;); }
    parentPort.on('message', () => {});
    setImmediate(() => { parentPort.postMessage(null); ${does} });`;
  const worker = new Worker(code, { eval: true });
  await new Promise((resolve) => worker.once('message', resolve));
  return worker;
}

test('a loop is found, with its callers', async () => {
  const worker = await workerThat('spin();');
  const [innermost] = (await whereabouts(worker))!;
  assert.match(innermost!, /^(spin|\(anonymous\)) \(\[worker eval\]:\d+\)$/);
  await worker.terminate();
});

test('a worker that has ended is nowhere', async () => {
  const worker = await workerThat('');
  await worker.terminate();
  assert.deepEqual(await whereabouts(worker), []);
});

test('the calls of most samples are told, without what V8 itself does', () => {
  const frame = (functionName: string, url: string, lineNumber: number) => ({
    callFrame: { functionName, url, lineNumber },
  });
  const nodes = [
    { id: 1, ...frame('(root)', '', -1), children: [2, 5] },
    { id: 2, ...frame('serve', 'file:///a.js', 9), children: [3, 4] },
    { id: 3, ...frame('', 'file:///b.js', 0) },
    { id: 4, ...frame('rare', 'file:///c.js', 1) },
    { id: 5, ...frame('(idle)', '', -1) },
  ];
  assert.deepEqual(busiestCalls({ nodes, samples: [4, 3, 3, 5] }), [
    '(anonymous) (file:///b.js:1)',
    'serve (file:///a.js:10)',
  ]);
  assert.deepEqual(busiestCalls({ nodes, samples: [5] }), []);
  assert.deepEqual(busiestCalls({ nodes: [], samples: [] }), []);
});
