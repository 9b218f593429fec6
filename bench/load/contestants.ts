import type { OpenLoopOptions } from '../../src/load-test/index.ts';
import { LoadClient } from './client/load-client.ts';
import type { LoadRecord, OverloadRecord } from './client/plan.ts';
import { type Interview, planFor } from './interview.ts';
import type { BenchContext } from './method.ts';
import { type RunningServer, startModelServer } from './running-server.ts';
import { Skipped } from './scenario.ts';
import type { Contestant, Subject } from './subject.ts';

/** A server and the client that asks it. */
export interface ServedSubject extends Subject {
  readonly server: RunningServer;
  open(options: OpenLoopOptions): Promise<LoadRecord>;
  /** As `open`, where the server may refuse a part. */
  overload(options: OpenLoopOptions): Promise<OverloadRecord>;
  /** Lets its client run before the server whenever it wants to. @throws Error where the user may not */
  putClientFirst(): void;
}

/** A server of any kind under load. */
export function served(
  label: string,
  interview: Interview,
  start: () => Promise<RunningServer>,
): Contestant<ServedSubject> {
  return {
    label,
    async open() {
      const server = await start();
      try {
        const client = await LoadClient.start(await planFor(interview, server));
        return {
          pid: server.pid,
          server,
          closed: (ms) => client.closed(ms),
          open: (options) => client.open(options),
          overload: (options) => client.overload(options),
          putClientFirst: () => client.comeFirst(),
          async [Symbol.asyncDispose]() {
            await client[Symbol.asyncDispose]();
            await server[Symbol.asyncDispose]();
          },
        };
      } catch (error) {
        await server[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
}

/**
 * Starts the checkout's Serval with the flags of the scenario and those of the command line.
 *
 * @throws Skipped when it does not know a flag
 */
export async function startServal(
  context: BenchContext,
  flags: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<RunningServer> {
  const server = await startModelServer([...flags, ...context.flags], env && { env });
  const unknown = server.output().match(/unknown argument: (\S+)/)?.[1];
  if (unknown === undefined) return server;
  await server[Symbol.asyncDispose]();
  throw new Skipped(`this Serval has no ${unknown}`);
}

/** The checkout's Serval under load. */
export function serval(
  context: BenchContext,
  interview: Interview,
  flags: readonly string[],
  label = 'serval',
): Contestant<ServedSubject> {
  return served(label, interview, () => startServal(context, flags));
}

/** The peer of the command line, asked the same with the same flags; none without one. */
export function peers(
  { peer }: BenchContext,
  interview: Interview,
  flags: readonly string[],
): readonly Contestant<ServedSubject>[] {
  if (peer === null) return [];
  return [served('peer', interview, () => startModelServer(flags, { command: peer }))];
}
