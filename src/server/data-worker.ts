/** The entry of a data thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from '../data-plane/index.ts';
import { serveData } from './serve-data.ts';

if (parentPort !== null) serveData(parentPort, workerData as ThreadData);
