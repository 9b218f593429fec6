import type { MessagePort } from 'node:worker_threads';
import { PortLogger } from '../telemetry/index.ts';
import { systemClock } from '../util/index.ts';
import type { LogBatch } from './log-batch.ts';
import { LogQueue } from './log-queue.ts';
import { LogWriter } from './log-writer.ts';
import type { FromWriter, ToWriter, WriterData } from './writer-messages.ts';

/** The writing thread's own side: writes what comes by `port`, in its order, until it is to end. */
export function serveWrites(port: MessagePort, { logLevel, limits, queue }: WriterData): void {
  const waiting = new LogQueue(queue);
  const logger = new PortLogger(port, logLevel);
  const writers = new Map<number, LogWriter>();
  let inUse: ReadonlySet<number> = new Set();
  let files = 0;
  const nextNumber = () => ++files;

  const write = async (batch: LogBatch): Promise<void> => {
    const writer = writers.get(batch.logger);
    const code = (await writer?.write(batch)) ?? 'INTERNAL';
    waiting.remove(batch.bytes.length, batch.records);
    const counts = [[batch.model, code, batch.records]] as const;
    port.postMessage({ kind: 'counts', counts } satisfies FromWriter);
    // What a thread had gathered before it knew that nobody wants it any more.
    if (!inUse.has(batch.logger)) await writer?.finish();
  };

  port.on('message', (message: ToWriter) => {
    switch (message.kind) {
      case 'use':
        for (const spec of message.loggers) {
          if (writers.has(spec.logger)) continue;
          writers.set(
            spec.logger,
            new LogWriter({ spec, limits, clock: systemClock, logger, nextNumber }),
          );
        }
        inUse = new Set(message.loggers.map(({ logger: number }) => number));
        for (const [number, writer] of writers) if (!inUse.has(number)) void writer.finish();
        break;
      case 'write':
        void write(message.batch);
        break;
      case 'end':
        void Promise.all([...writers.values()].map((writer) => writer.finish())).then(() =>
          // After the counts of what was written last.
          setImmediate(() => port.close()),
        );
    }
  });
}
