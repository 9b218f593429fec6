import type { UserServerOptions } from '../config/index.ts';
import { compileServerOptions } from '../config/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { createLogger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import { systemClock } from '../util/index.ts';
import type { Serval } from './serval.ts';
import { ServalServer } from './serval-server.ts';

/**
 * What a program that embeds Serval may give, all by default as TFS has it; but requests are served on
 * the calling thread, unless `dataThreads` says otherwise.
 */
export type CreateServerOptions = UserServerOptions & {
  /** Where log lines go; by default to stderr, by the options `logLevel` and `logFormat`. */
  readonly logger?: Logger | undefined;
  /** Time, for tests. */
  readonly clock?: Clock | undefined;
};

/**
 * Makes a server that does nothing until it is started.
 *
 * @example
 *   const server = createServer({
 *     modelName: 'half_plus_two',
 *     modelBasePath: '/models/half_plus_two',
 *     port: 'ephemeral',
 *     restApiPort: 'ephemeral',
 *   });
 *   await server.start();
 *   console.log(server.addresses.rest?.port);
 *   await server.stop();
 *
 * @throws StatusError INVALID_ARGUMENT what is wrong with the options.
 */
export function createServer(given: CreateServerOptions): Serval {
  const { logger, clock, ...user } = given;
  const options = compileServerOptions({ ...user, dataThreads: user.dataThreads ?? 1 });
  const { logLevel, logFormat } = options;
  return new ServalServer({
    options,
    clock: clock ?? systemClock,
    logger:
      logger ??
      createLogger({
        level: logLevel,
        ...(logFormat !== 'auto' && { pretty: logFormat === 'pretty' }),
      }),
  });
}
