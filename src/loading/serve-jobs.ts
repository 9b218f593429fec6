import type { MessagePort } from 'node:worker_threads';
import { type Engine, openLoadEngine } from '../engines/index.ts';
import { internal } from '../status/index.ts';
import { PortLogger, RunMetrics, ThreadMetrics } from '../telemetry/index.ts';
import { toErrorMessage } from './error-message.ts';
import { handlerOf } from './job-handlers.ts';
import { lowerPriority } from './lower-priority.ts';
import type { Job, ThreadData, ThreadOpening, ThreadReply, ThreadRequest } from './protocol.ts';

/**
 * The load thread's own side: does the jobs that come by `port`, one at a time, until the end.
 * `open` comes before the first of them.
 */
export function serveJobs(port: MessagePort, data: ThreadData): void {
  const logger = new PortLogger(port, data.logLevel);
  let opening: ThreadOpening | null = null;
  let engine: Engine | null = null;
  const post = (reply: ThreadReply) => port.postMessage(reply);
  const metrics = new ThreadMetrics((cell) => post({ kind: 'cell', cell }));

  function open(given: ThreadOpening): void {
    opening = given;
    if (!given.lowPriority || data.lowPriority) return;
    const problem = lowerPriority();
    if (problem !== null) post({ kind: 'normal-priority', reason: problem });
  }

  async function run(job: Job): Promise<void> {
    try {
      if (opening === null) throw internal('A load thread was given a job before its engine');
      // An engine that could not be opened for one job is tried again for the next.
      engine ??= await openEngine(opening);
      const handler = handlerOf(job);
      const side = { engine, lowPriority: opening.lowPriority, metrics, logger };
      const result = await handler.do(job, side);
      try {
        post({ kind: 'done', result });
      } catch (error) {
        await handler.drop(result, side);
        throw error;
      }
    } catch (error) {
      post({ kind: 'failed', error: toErrorMessage(error) });
    }
  }

  async function openEngine({ engine: shared }: ThreadOpening): Promise<Engine> {
    const opened = await openLoadEngine(shared, logger);
    opened.countRuns(new RunMetrics(metrics));
    return opened;
  }

  async function end(): Promise<void> {
    await engine?.close();
    // The last thing that keeps the thread.
    port.close();
  }

  port.on('message', (request: ThreadRequest) => {
    if (request.kind === 'open') open(request.opening);
    // A rejection is a defect: it ends the thread, and the main thread tells of it.
    else void (request.kind === 'job' ? run(request.job) : end());
  });
}
