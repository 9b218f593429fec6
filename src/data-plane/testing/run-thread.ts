/** A thread that makes runs for the one that started it, on a model that it borrows. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openDataEngine, type SharedEngine, type SharedModel } from '../../engines/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { ParcelPort, type RunReply, type RunRequest, RunServer } from '../index.ts';

export interface RunThreadData {
  readonly port: MessagePort;
  readonly taken: SharedArrayBuffer;
  readonly engine: SharedEngine;
  readonly model: SharedModel;
}

const data = workerData as RunThreadData;
const engine = await openDataEngine(data.engine, 1, new MemoryLogger());
const model = engine.borrow(data.model);
const parcels = new ParcelPort<RunReply, RunRequest>(data.port, engine, data.taken, 1);
new RunServer(parcels, engine, (number) => (number === 1 ? model : undefined));
parentPort!.on('message', async (message: 'stall' | 'end' | 'die') => {
  if (message === 'stall') {
    // Takes nothing any more until it is ended.
    parentPort!.postMessage('stalled');
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  }
  if (message === 'die') process.exit(1);
  await model.close();
  await engine.close();
  parcels.close();
  parentPort!.close();
});
parentPort!.postMessage('ready');
