import type { Logger } from '../telemetry/index.ts';

/**
 * Keeps the process of a server up when an exception reaches the event loop, or a rejection that
 * nobody handles. Either is a defect of Serval; it is logged as fatal, with its stack at any level.
 *
 * Why not end: what a request holds (a handle, engine memory, a place in a queue) is released in
 * `finally`, tensors of one request are never another's, and late reads of released memory throw.
 * So what is lost is at most the request, or background task, that the defect hit. Ending the
 * process would lose every request in flight and let one input that finds the defect end servers
 * one after the other.
 */
export function surviveDefects(logger: Logger): Disposable {
  const onException = (error: unknown): void => {
    const stack = error instanceof Error ? error.stack : undefined;
    logger.fatal('A defect of Serval was hit; the server goes on. Please report it', {
      error,
      ...(stack !== undefined && { stack }),
    });
  };
  process.on('uncaughtException', onException);
  process.on('unhandledRejection', onException);
  return {
    [Symbol.dispose]() {
      process.off('uncaughtException', onException);
      process.off('unhandledRejection', onException);
    },
  };
}
