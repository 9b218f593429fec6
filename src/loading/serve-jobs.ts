import type { MessagePort } from 'node:worker_threads';
import { type Engine, openLoadEngine } from '../engines/index.ts';
import { toErrorMessage } from './error-message.ts';
import { handleJob } from './job-handlers.ts';
import { PortLogger } from './port-logger.ts';
import type { Job, ThreadData, ThreadReply, ThreadRequest } from './protocol.ts';

/** The load thread's own side: does the jobs that come by `port`, one at a time, until the end. */
export function serveJobs(port: MessagePort, { engine: shared, logLevel }: ThreadData): void {
  const logger = new PortLogger(port, logLevel);
  let engine: Engine | null = null;
  const post = (reply: ThreadReply) => port.postMessage(reply);

  async function run(job: Job): Promise<void> {
    try {
      // An engine that could not be opened for one job is tried again for the next.
      engine ??= await openLoadEngine(shared, logger);
      const result = await handleJob(job, engine);
      try {
        post({ kind: 'done', result });
      } catch (error) {
        await engine.adopt(result.shared).close();
        throw error;
      }
    } catch (error) {
      post({ kind: 'failed', error: toErrorMessage(error) });
    }
  }

  async function end(): Promise<void> {
    await engine?.close();
    // The last thing that keeps the thread.
    port.close();
  }

  port.on('message', (request: ThreadRequest) => {
    // A rejection is a defect: it ends the thread, and the main thread tells of it.
    void (request.kind === 'job' ? run(request.job) : end());
  });
}
