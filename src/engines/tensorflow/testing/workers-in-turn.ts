/** A program whose workers load TensorFlow one after another, and then two at once. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

async function runWorker(ending: string): Promise<void> {
  const worker = new Worker(new URL('./one-run.ts', import.meta.url), { workerData: ending });
  const [code] = (await once(worker, 'exit')) as [number];
  if (code !== 0) process.exitCode = code;
}

await runWorker('natural');
await runWorker('close');
await Promise.all([runWorker('natural'), runWorker('close')]);
await import('./one-run.ts');
