/** The entry of the thread that writes request logs. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveWrites } from './serve-writes.ts';
import type { WriterData } from './writer-messages.ts';

if (parentPort !== null) serveWrites(parentPort, workerData as WriterData);
