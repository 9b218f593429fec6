import type { ServerOptions } from '../config/index.ts';
import type { RequestLoggingOptions } from '../request-log/index.ts';
import type { Logger } from '../telemetry/index.ts';

/** How requests are logged, by the options of a server. */
export function requestLoggingOptions(
  options: ServerOptions,
  logger: Logger,
): RequestLoggingOptions {
  return {
    place: {
      dc: options.requestLogDc,
      taskIndex: options.requestLogTaskIndex,
      tags: options.savedModelTags,
    },
    files: {
      bytes: options.requestLogMaxFileBytes,
      milliseconds: options.requestLogMaxFileSeconds * 1000,
    },
    maxQueuedBytes: options.requestLogMaxQueuedBytes,
    logger,
  };
}
