/** The entry of a data thread. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from '../data-plane/index.ts';

const data = workerData as ThreadData;
if (data.compileCache !== null) enableCompileCache(data.compileCache);
const { serveData } = await import('./serve-data.ts');
if (parentPort !== null) serveData(parentPort, data);
